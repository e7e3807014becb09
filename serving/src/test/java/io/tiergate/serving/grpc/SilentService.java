package io.tiergate.serving.grpc;

import io.tiergate.proto.inference.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;

/** Has a name, and answers nothing. */
final class SilentService extends GRPCInferenceServiceImplBase implements DrainableService {
    @Override
    public void drain() {}
}
