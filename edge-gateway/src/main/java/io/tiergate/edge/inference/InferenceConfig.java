package io.tiergate.edge.inference;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.OptionalInt;

/** How models are run. */
@ConfigMapping(prefix = "tiergate.inference")
public interface InferenceConfig {
    /**
     * Threads that decode pictures and run models. 1 or more; by default one a processor, as the container's CPU quota has it. They
     * share half of the heap for decoding, so that on a small heap each thread more lowers the most pixels of a picture.
     */
    OptionalInt threads();

    /**
     * How long such a thread waits for a batch to fill. Zero: not at all, whatever waits is run together. Raising it makes batches larger, which
     * pays on accelerators, and every answer slower.
     */
    @WithDefault("0s")
    Duration maxDelay();

    /**
     * Longest time that an event loop runs models at the end of a read cycle, by what runs have cost lately; dearer work, and all work while
     * others wait, goes to the threads. Zero: everything goes there. Raising it holds up the other connections of the loop.
     */
    @WithDefault("0.0005s")
    Duration inlineBudget();

    /** Requests that may wait for such a thread. 1 or more; when more come they are answered {@code UNAVAILABLE} at once. */
    @WithDefault("1024")
    int queueCapacity();

    /**
     * Rows of one call, each of which may become an escalation if the model has a gate. 1 or more; larger batches are refused. ModelConfig
     * shows it of all models that take batches.
     */
    @WithDefault("1024")
    int maxBatchSize();

    /** ONNX Runtime threads within one run. 1 or more; above 1 they compete with the inference threads for the processors. */
    @WithDefault("1")
    int intraOpThreads();

    /** Whether idle ONNX Runtime threads spin. Saves microseconds a run, and takes a processor from everything else. */
    @WithDefault("false")
    boolean spinning();

    /** Longest time a caller may ask to wait for a verdict; longer wishes are cut to it. Zero or more. */
    @WithDefault("30s")
    Duration maxWait();
}
