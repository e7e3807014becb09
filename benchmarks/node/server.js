'use strict';

// One ONNX model with one FP32 input and one FP32 output behind gRPC, as it is written in an afternoon.
// Run: node server.js PORT MODEL.onnx OPEN_INFERENCE.proto; the packages lie where NODE_PATH says.

const grpc = require('@grpc/grpc-js');
const protoLoader = require('@grpc/proto-loader');
const ort = require('onnxruntime-node');

async function main([port, modelFile, protoFile]) {
  const session = await ort.InferenceSession.create(modelFile, { intraOpNumThreads: 1 });
  const [inputName] = session.inputNames;
  const [outputName] = session.outputNames;

  async function infer(request) {
    const shape = request.inputs[0].shape.map(Number);
    const raw = request.raw_input_contents[0];
    // A Float32Array needs its bytes at a multiple of four, which a slice of a message is not always.
    const aligned = raw.byteOffset % 4 === 0 ? raw : Buffer.from(raw);
    const values = new Float32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength / 4);
    const { [outputName]: scores } = await session.run({ [inputName]: new ort.Tensor('float32', values, shape) });
    return {
      model_name: request.model_name,
      model_version: '1',
      id: request.id,
      outputs: [{ name: outputName, datatype: 'FP32', shape: scores.dims }],
      raw_output_contents: [Buffer.from(scores.data.buffer, scores.data.byteOffset, scores.data.byteLength)],
    };
  }

  const definition = protoLoader.loadSync(protoFile, { keepCase: true });
  const { inference } = grpc.loadPackageDefinition(definition);
  const server = new grpc.Server();
  server.addService(inference.GRPCInferenceService.service, {
    ModelInfer: (call, callback) =>
      infer(call.request).then(
        (response) => callback(null, response),
        (error) => callback({ code: grpc.status.INVALID_ARGUMENT, details: error.message }),
      ),
  });
  server.bindAsync(`127.0.0.1:${port}`, grpc.ServerCredentials.createInsecure(), (error) => {
    if (error) {
      throw error;
    }
    console.log(`node server ready port=${port}`);
  });
}

main(process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exit(1);
});
