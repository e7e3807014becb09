package io.tiergate.edge.inference;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import io.tiergate.edge.EdgeConfig;
import io.tiergate.edge.EdgeFixture;
import io.tiergate.edge.escalation.Ledger;
import io.tiergate.edge.escalation.OutboxConfig;
import io.tiergate.edge.verdict.VerdictCache;
import io.tiergate.edge.verdict.VerdictWaiters;
import io.tiergate.gate.GateRequest;
import io.tiergate.image.ImageDecoder;
import io.tiergate.image.InvalidImageException;
import io.tiergate.runtime.DataType;
import io.tiergate.runtime.ModelRun;
import io.tiergate.runtime.RunTimes;
import io.tiergate.runtime.SessionSettings;
import io.tiergate.runtime.Shape;
import io.tiergate.runtime.Tensor;
import io.tiergate.serving.inference.InferencePool;
import io.tiergate.serving.inference.InferenceStatistics;
import io.tiergate.serving.inference.ModelCatalog;
import io.tiergate.serving.inference.QueuePolicy;
import io.tiergate.serving.inference.RunRequest;
import jakarta.inject.Inject;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = EdgeFixture.class, restrictToAnnotatedClass = true)
class GatewayTest {
    @Inject
    EdgeConfig site;

    @Inject
    InferenceConfig config;

    @Inject
    OutboxConfig outbox;

    private ModelCatalog<ServedModel> catalog;
    private Ledger ledger;
    private InferencePool pool;
    private Gateway gateway;

    @BeforeEach
    void start() throws Exception {
        catalog = ModelCatalog.load(
                site.models(), new EdgeModelLoader(SessionSettings.SINGLE_THREADED, ImageDecoder.within(100_000_000)));
        ledger = Ledger.open(site.dataDir().resolve("of-this-test"), outbox);
        pool = new InferencePool(1, 1, new InferenceStatistics());
        gateway = Gateway.create(pool, ledger, new VerdictWaiters(), new VerdictCache(0), site, 0, config);
    }

    @AfterEach
    void stop() {
        pool.close();
        ledger.close();
        catalog.close();
    }

    @Test
    void noCallerWaitsLongerThanTheGatewayLets() {
        assertThat(gateway.patience(config.maxWait().plusNanos(1))).isEqualTo(config.maxWait());
        assertThat(gateway.patience(config.maxWait().minusNanos(1)))
                .isEqualTo(config.maxWait().minusNanos(1));
    }

    /** The broken picture is found only once the one inference thread is free: the caller's has not looked into it. */
    @Test
    void picturesAreDecodedOnAnInferenceThread() throws Exception {
        CountDownLatch taken = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(1);
        ServedModel model = catalog.require("tiny-image", "");
        pool.run(new RunRequest(model, 1, 0, QueuePolicy.DEFAULT), () -> {
                    taken.countDown();
                    busy.await();
                    return new ModelRun<>("done", new RunTimes(0, 0, 0));
                })
                .subscribe()
                .with(done -> {});
        // The queue has room for one.
        taken.await();
        CallInputs broken = new CallInputs.Images(
                model.preprocessor().orElseThrow(), List.of(ByteString.copyFromUtf8("no picture")));
        AtomicReference<String> thread = new AtomicReference<>();

        UniAssertSubscriber<Answer> answer = gateway.answer(model, broken, List.of(), CallOptions.DEFAULT)
                .onFailure()
                .invoke(() -> thread.set(Thread.currentThread().getName()))
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create());

        answer.assertNotTerminated();
        busy.countDown();
        answer.awaitFailure().assertFailedWith(InvalidImageException.class, "images[0]: image is neither PNG nor JPEG");
        assertThat(thread.get()).isEqualTo("inference-0");
    }

    /** With what its rows were cut from: the whole message. */
    @Test
    void aCallThatWaitsForItsVerdictHoldsNoTensors() throws Exception {
        ServedModel model = catalog.require("tiny-edge", "");
        WeakReference<?>[] sent = new WeakReference<?>[1];
        UniAssertSubscriber<Answer> answer = ask(model, sent);
        while (ledger.counts().promised() == 0) {
            Thread.onSpinWait();
        }
        // The pool's only thread remembers the last that it has run.
        pool.run(new RunRequest(model, 1, 0, QueuePolicy.DEFAULT), () -> new ModelRun<>("done", new RunTimes(0, 0, 0)))
                .await()
                .indefinitely();
        // Its commit may be a moment ahead of the answer to the promise.
        for (int i = 0; i < 50 && sent[0].get() != null; i++) {
            System.gc();
            ledger.lastCursor().await().indefinitely();
        }
        answer.assertNotTerminated();
        assertThat(sent[0].get()).isNull();
    }

    private UniAssertSubscriber<Answer> ask(ServedModel model, WeakReference<?>[] sent) {
        byte[] message = new byte[16];
        sent[0] = new WeakReference<>(message);
        Tensor x = Tensor.of("x", DataType.FP32, Shape.of(1, 4), ByteBuffer.wrap(message));
        CallOptions waiting = new CallOptions(
                new GateRequest(true, false, true, OptionalDouble.empty()), config.maxWait(), "", QueuePolicy.DEFAULT);
        return gateway.answer(model, model.tensors(List.of(x)), List.of(), waiting)
                .subscribe()
                .withSubscriber(UniAssertSubscriber.create());
    }
}
