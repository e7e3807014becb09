package io.tiergate.edge.gate;

import io.tiergate.edge.inference.ServedModel;
import io.tiergate.gate.AuditDraws;
import io.tiergate.gate.Gate;
import io.tiergate.gate.GateSnapshot;
import io.tiergate.gate.control.Alarm;
import io.tiergate.gate.control.ControlState;
import io.tiergate.model.EdgeModel;
import io.tiergate.model.ModelPackage;
import io.tiergate.serving.inference.ModelCatalog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jboss.logging.Logger;

/** Makes the gates of models as they are loaded, and saves those of the models that are served, on a thread of its own. */
public final class Gates implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Gates.class);
    private static final long LONGEST_STOP_SECONDS = 10;

    private final GateConfig config;
    private final GateFiles files;
    private final BiConsumer<String, Alarm> onAlarm;
    private final ScheduledExecutorService saver;
    /** What was last saved, by package; used by the saver alone, as is the next. */
    private final Map<String, ControlState> saved = new HashMap<>();

    private final Set<String> overBudget = new HashSet<>();
    private volatile ModelCatalog<ServedModel> catalog;
    private volatile Future<?> saving = CompletableFuture.completedFuture(null);

    /**
     * @param dataDir of the gateway
     * @param onAlarm told of a model's alarms, on the thread that raised them; must be quick
     */
    public Gates(Path dataDir, GateConfig config, BiConsumer<String, Alarm> onAlarm) {
        this.config = config;
        this.files = new GateFiles(dataDir.resolve("gates"));
        this.onAlarm = onAlarm;
        this.saver = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("gate-saver").daemon().factory());
    }

    /**
     * The gate of a model that has just been loaded; it goes on where it left off if its package is the same as then. A package that is
     * served already keeps its gate, with all that it has learned since it was saved.
     *
     * @return empty for a model that is served without one
     * @throws io.tiergate.runtime.UnusableModelException as {@link EdgeModel#gate} does
     */
    public Optional<Gate> open(EdgeModel model) {
        Optional<Gate> served = served(model.modelPackage());
        return served.isPresent() ? served : made(model);
    }

    private Optional<Gate> served(ModelPackage modelPackage) {
        return Optional.ofNullable(catalog)
                .flatMap(models -> models.find(modelPackage.name()))
                .filter(model -> model.digest().equals(modelPackage.digest()))
                .flatMap(ServedModel::gate);
    }

    private Optional<Gate> made(EdgeModel model) {
        ModelPackage modelPackage = model.modelPackage();
        Optional<Gate> gate = restored(model);
        gate.ifPresent(made -> made.onAlarm(alarm -> alarmed(modelPackage, alarm)));
        return gate;
    }

    private Optional<Gate> restored(EdgeModel model) {
        Optional<Gate> gate = fresh(model);
        try {
            gate.ifPresent(made -> files.read(model.modelPackage()).ifPresent(made::restore));
            return gate;
        } catch (RuntimeException e) {
            LOG.warnf(
                    "What a gate had learned cannot be used, it starts anew: model=%s reason=%s",
                    model.modelPackage(), e.getMessage());
            // Of the other one, half may be restored.
            return fresh(model);
        }
    }

    private Optional<Gate> fresh(EdgeModel model) {
        SplittableRandom random =
                config.seed().isPresent() ? AuditDraws.seeded(config.seed().getAsLong()) : new SplittableRandom();
        return model.gate(random, System::nanoTime);
    }

    private void alarmed(ModelPackage modelPackage, Alarm alarm) {
        LOG.warnf(
                "The gate has put the brake on: model=%s signal=%s samples=%d",
                modelPackage, alarm.signal().word(), alarm.at());
        onAlarm.accept(modelPackage.name(), alarm);
        try {
            saver.execute(this::save);
        } catch (RejectedExecutionException e) {
            // Stopping: it is saved then.
            LOG.debug("gate is saved at the stop");
        }
    }

    /** Begins to save the gates of served models. */
    public void start(ModelCatalog<ServedModel> served) {
        catalog = served;
        long pause = config.save().toMillis();
        saving = saver.scheduleWithFixedDelay(this::save, pause, pause, TimeUnit.MILLISECONDS);
    }

    private void save() {
        if (catalog == null) {
            return;
        }
        for (ServedModel model : catalog.served()) {
            model.gate().ifPresent(gate -> save(model, gate));
        }
    }

    private void save(ServedModel model, Gate gate) {
        ModelPackage modelPackage = model.model().modelPackage();
        try {
            if (gate.rules().budget().limits()) {
                tellBudget(modelPackage, gate.snapshot());
            }
            ControlState state = gate.save();
            String key = modelPackage.toString();
            if (!state.equals(saved.get(key))) {
                files.write(modelPackage, state);
                saved.put(key, state);
            }
        } catch (IOException | RuntimeException e) {
            // The next time may be better; until then the gate has what it needs in memory.
            LOG.warnf("A gate cannot be saved: model=%s reason=%s", modelPackage, e.getMessage());
        }
    }

    /** Risk and budget are in conflict when uncertain samples are more than may be escalated. */
    private void tellBudget(ModelPackage modelPackage, GateSnapshot snapshot) {
        String key = modelPackage.toString();
        if (snapshot.exhausted() && overBudget.add(key)) {
            LOG.warnf(
                    "The escalation budget is spent: model=%s yields=%s shed=%d overspent=%d",
                    modelPackage, snapshot.rules().budget().yields().word(), snapshot.shed(), snapshot.overspent());
        } else if (!snapshot.exhausted() && overBudget.remove(key)) {
            LOG.infof("The escalation budget is back: model=%s", modelPackage);
        }
    }

    /** Saves what has changed. */
    @Override
    public void close() throws InterruptedException {
        saving.cancel(false);
        saver.execute(this::save);
        saver.shutdown();
        if (!saver.awaitTermination(LONGEST_STOP_SECONDS, TimeUnit.SECONDS)) {
            LOG.warnf("Gates are not saved: the disk takes longer than %d s", LONGEST_STOP_SECONDS);
        }
    }
}
