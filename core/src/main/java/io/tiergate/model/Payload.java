package io.tiergate.model;

import java.util.Optional;

/** What is sent of a doubtful sample beside the edge's scores. */
public sealed interface Payload {
    /** The model's inputs. */
    record Input() implements Payload {
        @Override
        public String word() {
            return "input";
        }
    }

    /** One of the model's outputs in place of its inputs, for instance a feature vector. */
    record Output(String name) implements Payload {
        @Override
        public String word() {
            return "output:" + name;
        }
    }

    /** Nothing: an ensemble has nothing to look at, so a person decides. */
    record None() implements Payload {
        @Override
        public String word() {
            return "none";
        }
    }

    /** As {@code model.yaml} writes it. */
    String word();

    /** The output that the model has to compute for it. */
    default Optional<String> requiredOutput() {
        return this instanceof Output output ? Optional.of(output.name()) : Optional.empty();
    }
}
