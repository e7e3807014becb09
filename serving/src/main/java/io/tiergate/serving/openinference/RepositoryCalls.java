package io.tiergate.serving.openinference;

import io.grpc.Status;
import io.smallrye.mutiny.Uni;
import io.tiergate.proto.inference.ModelRepositoryParameter;
import io.tiergate.proto.inference.RepositoryIndexRequest;
import io.tiergate.proto.inference.RepositoryIndexResponse;
import io.tiergate.proto.inference.RepositoryIndexResponse.ModelIndex;
import io.tiergate.proto.inference.RepositoryModelLoadRequest;
import io.tiergate.proto.inference.RepositoryModelUnloadRequest;
import io.tiergate.serving.inference.InvalidRequestException;
import io.tiergate.serving.inference.ModelCatalog;
import io.tiergate.serving.inference.ModelControl;
import io.tiergate.serving.inference.ModelControlMode;
import io.tiergate.serving.inference.ModelState;
import java.util.Locale;

/** The protocol's calls about the repository. */
record RepositoryCalls(ModelCatalog<?> catalog, ModelControl control) {
    private static final String UNLOAD_DEPENDENTS = "unload_dependents";

    RepositoryIndexResponse index(RepositoryIndexRequest request) {
        checkRepository(request.getRepositoryName());
        RepositoryIndexResponse.Builder index = RepositoryIndexResponse.newBuilder();
        catalog.states().stream()
                .filter(state -> state.ready() || !request.getReady())
                .forEach(state -> index.addModels(index(state)));
        return index.build();
    }

    private static ModelIndex index(ModelState state) {
        return ModelIndex.newBuilder()
                .setName(state.model())
                .setVersion(state.version())
                .setState(state.ready() ? "READY" : "UNAVAILABLE")
                .setReason(state.reason())
                .build();
    }

    Uni<Void> load(RepositoryModelLoadRequest request) {
        requireExplicit();
        checkRepository(request.getRepositoryName());
        for (String parameter : request.getParametersMap().keySet()) {
            if (parameter.equals("config") || parameter.startsWith("file:")) {
                throw Unimplemented.parameter(parameter, "change the model's folder and load it again");
            }
            throw unrecognized(parameter, "none");
        }
        return control.load(request.getModelName());
    }

    Uni<Void> unload(RepositoryModelUnloadRequest request) {
        requireExplicit();
        checkRepository(request.getRepositoryName());
        request.getParametersMap().forEach((parameter, value) -> {
            boolean isBool = value.getParameterChoiceCase() == ModelRepositoryParameter.ParameterChoiceCase.BOOL_PARAM;
            if (!parameter.equals(UNLOAD_DEPENDENTS) || !isBool) {
                throw unrecognized(parameter, UNLOAD_DEPENDENTS + " as a bool_param");
            }
        });
        return control.unload(request.getModelName());
    }

    private void requireExplicit() {
        if (control.mode() != ModelControlMode.EXPLICIT) {
            throw Status.UNAVAILABLE
                    .withDescription(
                            "explicit model load / unload is not allowed: tiergate.model-control is %s (expected: explicit, set at the server's start)"
                                    .formatted(control.mode().name().toLowerCase(Locale.ROOT)))
                    .asRuntimeException();
        }
    }

    private void checkRepository(String name) {
        if (!name.isEmpty() && !name.equals(catalog.repository().toString())) {
            throw new InvalidRequestException(
                    "repository_name '%s' (expected: empty, for there is one repository only)".formatted(name));
        }
    }

    private static InvalidRequestException unrecognized(String parameter, String expected) {
        return new InvalidRequestException(
                "parameter '%s' is unrecognized here (expected: %s)".formatted(parameter, expected));
    }
}
