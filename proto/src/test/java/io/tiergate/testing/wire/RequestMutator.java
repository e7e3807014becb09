package io.tiergate.testing.wire;

import com.google.protobuf.ByteString;
import io.tiergate.proto.inference.InferParameter;
import io.tiergate.proto.inference.InferTensorContents;
import io.tiergate.proto.inference.ModelInferRequest;
import io.tiergate.proto.inference.ModelInferRequest.InferInputTensor;
import io.tiergate.proto.inference.ModelInferRequest.InferRequestedOutputTensor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Makes bad requests of good ones: some are broken as bytes, some are messages whose parts do not fit together. The same seed makes
 * the same requests.
 */
public final class RequestMutator {
    private static final long[] NUMBERS = {
        0, 1, -1, 2, 3, 4, 127, 128, 1L << 31, 1L << 32, (1L << 32) + 1, 1L << 62, Long.MAX_VALUE, Long.MIN_VALUE
    };
    private static final double[] FRACTIONS = {
        0, -0.0, 0.5, -1, 1e308, Double.MIN_VALUE, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
    };
    private static final int[] BYTES = {0x00, 0x01, 0x7f, 0x80, 0xc3, 0xff};
    private static final List<String> TEXTS = List.of(
            "",
            "x",
            "1",
            "01",
            "-1",
            "9223372036854775808",
            "always",
            "never",
            "tiny-edge",
            "\u0000",
            "%s%n{}",
            "../..",
            "日本");
    private static final List<String> PARAMETERS = List.of(
            "tiergate.escalation",
            "tiergate.audit",
            "tiergate.threshold",
            "tiergate.wait_ms",
            "tiergate.subject",
            "tiergate.unknown",
            "timeout",
            "priority",
            "sequence_id",
            "sequence_start",
            "classification",
            "binary_data_size",
            "shared_memory_region",
            "triton_enable_empty_final_response",
            "other");
    private static final List<String> DATATYPES = List.of(
            "BOOL", "UINT8", "INT8", "INT16", "UINT32", "INT64", "FP16", "BF16", "FP32", "FP64", "BYTES", "fp32", "");

    private final Random random;
    private final List<ModelInferRequest> requests;

    /** @param requests good ones */
    public RequestMutator(long seed, List<ModelInferRequest> requests) {
        this.random = new Random(seed);
        this.requests = List.copyOf(requests);
    }

    /** One request more; a few of them are good by chance. */
    public byte[] next() {
        ModelInferRequest.Builder request = pick(requests).toBuilder();
        boolean ofMessages = random.nextInt(3) > 0;
        for (int change = random.nextInt(4); ofMessages && change >= 0; change--) {
            change(request);
        }
        byte[] bytes = request.build().toByteArray();
        for (int change = random.nextInt(4); !ofMessages && change >= 0; change--) {
            bytes = change(bytes);
        }
        return bytes;
    }

    private void change(ModelInferRequest.Builder request) {
        switch (random.nextInt(10)) {
            case 0 -> request.setModelName(text());
            case 1 -> request.setModelVersion(text());
            case 2 -> request.putParameters(pick(PARAMETERS), parameter());
            case 3 -> request.addRawInputContents(ByteString.copyFrom(randomBytes(64)));
            case 4 -> request.clearRawInputContents();
            case 5 -> request.addOutputs(output());
            case 6 ->
                request.addInputs(InferInputTensor.newBuilder()
                        .setName(text())
                        .setDatatype(pick(DATATYPES))
                        .addShape(number()));
            case 7 -> {
                if (request.getRawInputContentsCount() > 0) {
                    int index = random.nextInt(request.getRawInputContentsCount());
                    byte[] contents = request.getRawInputContents(index).toByteArray();
                    request.setRawInputContents(index, ByteString.copyFrom(change(contents)));
                }
            }
            default -> {
                if (request.getInputsCount() > 0) {
                    change(request.getInputsBuilder(random.nextInt(request.getInputsCount())));
                }
            }
        }
    }

    private void change(InferInputTensor.Builder input) {
        switch (random.nextInt(6)) {
            case 0 -> input.addShape(number());
            case 1 -> input.clearShape();
            case 2 -> input.setDatatype(pick(DATATYPES));
            case 3 -> input.setName(text());
            case 4 -> input.putParameters(pick(PARAMETERS), parameter());
            default -> {
                if (input.getShapeCount() > 0 && random.nextBoolean()) {
                    input.setShape(random.nextInt(input.getShapeCount()), number());
                } else {
                    input.setContents(contents());
                }
            }
        }
    }

    private InferTensorContents contents() {
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        for (int count = random.nextInt(10); count > 0; count--) {
            contents.addFp32Contents((float) fraction());
        }
        if (random.nextInt(4) == 0) {
            contents.addInt64Contents(number()).addBytesContents(ByteString.copyFrom(randomBytes(8)));
        }
        return contents.build();
    }

    private InferRequestedOutputTensor output() {
        return InferRequestedOutputTensor.newBuilder()
                .setName(random.nextBoolean() ? "logits" : text())
                .putParameters(pick(PARAMETERS), parameter())
                .build();
    }

    private InferParameter parameter() {
        InferParameter.Builder parameter = InferParameter.newBuilder();
        return switch (random.nextInt(6)) {
            case 0 -> parameter.setBoolParam(random.nextBoolean()).build();
            case 1 -> parameter.setInt64Param(number()).build();
            case 2 -> parameter.setUint64Param(number()).build();
            case 3 -> parameter.setDoubleParam(fraction()).build();
            case 4 -> parameter.setStringParam(text()).build();
            default -> parameter.build();
        };
    }

    private byte[] change(byte[] bytes) {
        int position = random.nextInt(bytes.length + 1);
        return switch (random.nextInt(7)) {
            case 0 -> Arrays.copyOf(bytes, position);
            case 1 -> spliced(bytes, position, randomBytes(16), position);
            case 2 -> spliced(bytes, position, bytes, position);
            case 3 -> spliced(bytes, position, new byte[0], position + random.nextInt(bytes.length - position + 1));
            case 4 -> spliced(bytes, bytes.length, field(), bytes.length);
            case 5 ->
                spliced(
                        bytes,
                        position,
                        new byte[] {(byte) BYTES[random.nextInt(BYTES.length)]},
                        Math.min(bytes.length, position + 1));
            default -> {
                byte[] flipped = bytes.clone();
                if (position < bytes.length) {
                    flipped[position] ^= (byte) (1 << random.nextInt(8));
                }
                yield flipped;
            }
        };
    }

    /** A field of any number and wire type, with a length that need not fit. */
    private byte[] field() {
        byte[] field = randomBytes(24);
        if (field.length > 1) {
            field[0] = (byte) random.nextInt(128);
            field[1] = (byte) BYTES[random.nextInt(BYTES.length)];
        }
        return field;
    }

    private static byte[] spliced(byte[] bytes, int until, byte[] between, int from) {
        byte[] result = new byte[until + between.length + bytes.length - from];
        System.arraycopy(bytes, 0, result, 0, until);
        System.arraycopy(between, 0, result, until, between.length);
        System.arraycopy(bytes, from, result, until + between.length, bytes.length - from);
        return result;
    }

    private byte[] randomBytes(int most) {
        byte[] bytes = new byte[random.nextInt(most + 1)];
        random.nextBytes(bytes);
        return bytes;
    }

    private String text() {
        return random.nextInt(8) == 0 ? new String(randomBytes(300), StandardCharsets.ISO_8859_1) : pick(TEXTS);
    }

    private long number() {
        return NUMBERS[random.nextInt(NUMBERS.length)];
    }

    private double fraction() {
        return FRACTIONS[random.nextInt(FRACTIONS.length)];
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
