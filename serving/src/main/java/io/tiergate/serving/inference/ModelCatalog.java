package io.tiergate.serving.inference;

import io.tiergate.model.ModelPackage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * The models that a server serves: of every model the highest version that can be loaded. What cannot be loaded is refused
 * with one sentence and stops nothing else.
 *
 * <p>Safe on every thread. Those who look up see every model either before a change or after it, and never wait.
 *
 * @param <M> what a package becomes once it is loaded
 */
public final class ModelCatalog<M extends Servable> implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ModelCatalog.class);

    private final RepositoryReader<M> reader;
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    /** By name; replaced as a whole, never changed. */
    private volatile SortedMap<String, CatalogEntry<M>> entries = Collections.emptySortedMap();

    private boolean closed;

    private ModelCatalog(RepositoryReader<M> reader) {
        this.reader = reader;
    }

    /**
     * Loads a repository's models, as far as the loader is for them.
     *
     * @throws IOException if the repository is no readable folder
     */
    public static <M extends Servable> ModelCatalog<M> load(Path repository, ModelLoader<M> loader) throws IOException {
        ModelCatalog<M> catalog = new ModelCatalog<>(new RepositoryReader<>(repository, loader));
        catalog.reader.readAll().forEach(catalog::put);
        return catalog;
    }

    /**
     * Reads a model's folder again and serves its highest version that can be loaded, in place of the one that is served. Blocks for as
     * long as ONNX Runtime needs. If no version can be loaded, what is served stays.
     *
     * @throws ModelNotFoundException if the repository has no such model
     * @throws InvalidRequestException if none of its versions can be loaded
     */
    public void reload(String name) {
        CatalogEntry<M> loaded =
                read(name, Optional.empty()).filter(CatalogEntry::isKnown).orElseThrow(() -> notFound(name));
        if (loaded.served().isPresent()) {
            put(loaded);
        } else {
            keep(loaded);
            throw new InvalidRequestException("load failed for model '%s': %s".formatted(name, loaded.reasons()));
        }
    }

    /**
     * Reads a model's folder again and serves what has become better in it: a higher version, or the version that is served if its files
     * have changed; if that version's folder has gone, the highest one left. What is served otherwise stays in memory, untouched. A
     * version that cannot be loaded is refused, and what is served stays. Blocks as {@link #reload} does.
     *
     * @throws ModelNotFoundException if the repository has no such model
     */
    void refresh(String name) {
        CatalogEntry<M> read = read(name, find(name)).orElseThrow(() -> notFound(name));
        if (read.served().isPresent() || reader.servesNoneOf(read)) {
            put(read);
        } else {
            keep(read);
        }
    }

    private Optional<CatalogEntry<M>> read(String name, Optional<M> served) {
        List<ModelPackage> others = entries.values().stream()
                .filter(entry -> !entry.name().equals(name))
                .flatMap(entry -> entry.packages().stream())
                .toList();
        return reader.read(name, others, served);
    }

    /** Serves a model no more, and knows it no more: its folder has gone. Nothing happens if it is not known. */
    synchronized void forget(String name) {
        CatalogEntry<M> entry = entries.get(name);
        if (entry != null) {
            SortedMap<String, CatalogEntry<M>> changed = new TreeMap<>(entries);
            changed.remove(name);
            replace(changed, name);
            LOG.infof("Model forgotten, its folder has gone: model=%s", name);
        }
    }

    /**
     * Serves a model no more, until it is loaded again. Nothing happens if it is not served.
     *
     * @throws ModelNotFoundException if the repository has no such model
     */
    public synchronized void unload(String name) {
        CatalogEntry<M> entry = known(name);
        if (entry.served().isPresent()) {
            put(entry.unloaded());
            LOG.infof("Model unloaded: model=%s", name);
        }
    }

    private synchronized void keep(CatalogEntry<M> read) {
        put(read.with(find(read.name())));
    }

    private synchronized void put(CatalogEntry<M> entry) {
        if (closed) {
            entry.served().ifPresent(Servable::close);
            throw new IllegalStateException("the catalog is closed");
        }
        SortedMap<String, CatalogEntry<M>> changed = new TreeMap<>(entries);
        changed.put(entry.name(), entry);
        replace(changed, entry.name());
    }

    private void replace(SortedMap<String, CatalogEntry<M>> changed, String name) {
        Optional<M> before = find(name);
        entries = changed;
        listeners.forEach(listener -> listener.accept(name));
        // Not earlier: whoever finds it freed must find its successor in the catalog.
        before.filter(model -> find(name).orElse(null) != model).ifPresent(Servable::close);
    }

    /** Tells of every later change the name of the model, on the thread that made it: the listener must not wait for anything. */
    public void onChange(Consumer<String> listener) {
        listeners.add(listener);
    }

    /** The folder that is served, as it was given. */
    public Path repository() {
        return reader.repository();
    }

    /** All models of which anything is known, also such as are not for this server. */
    Set<String> names() {
        return Collections.unmodifiableSet(entries.keySet());
    }

    /** How a model's folder looked just before it was last read; empty if the model is not known. */
    Optional<ModelFingerprint> fingerprint(String name) {
        return Optional.ofNullable(entries.get(name)).map(CatalogEntry::fingerprint);
    }

    /** The models that are served, by name. */
    public List<M> served() {
        return entries.values().stream()
                .flatMap(entry -> entry.served().stream())
                .toList();
    }

    /** Every version of which there is something to say, by model. */
    public List<ModelState> states() {
        return entries.values().stream()
                .flatMap(entry -> entry.states().stream())
                .toList();
    }

    /**
     * Finds a model. It may be unloaded at any moment after; whoever is going to run it takes {@link #acquire}.
     *
     * @param version a positive integer as text; empty for the version served
     * @throws ModelNotFoundException if the model or the version is not in the repository
     * @throws ModelNotReadyException if it is there but was refused, or has been unloaded
     * @throws InvalidRequestException if the version is no positive integer
     */
    public M require(String name, String version) {
        checkVersion(name, version);
        CatalogEntry<M> entry = known(name);
        Optional<M> wanted = entry.served()
                .filter(model ->
                        version.isEmpty() || String.valueOf(model.version()).equals(version));
        if (wanted.isPresent()) {
            return wanted.get();
        }
        entry.refusal(version).ifPresent(refusal -> {
            throw new ModelNotReadyException(
                    "Request for unknown model: '%s' is not at ready state: %s".formatted(name, refusal));
        });
        throw new ModelNotFoundException("Request for unknown model: '%s' version %s is not found (served: %s)"
                .formatted(
                        name,
                        version,
                        entry.served()
                                .map(model -> "version " + model.version())
                                .orElse("none")));
    }

    /** Finds a model as {@link #require} does, and keeps it in memory until the caller calls {@link Servable#release}. */
    public M acquire(String name, String version) {
        while (true) {
            M model = require(name, version);
            // False if it has been replaced meanwhile: then its successor is found next.
            if (model.retain()) {
                return model;
            }
        }
    }

    /** The model of that name in the version served, if there is one. */
    public Optional<M> find(String name) {
        return Optional.ofNullable(entries.get(name)).flatMap(CatalogEntry::served);
    }

    private CatalogEntry<M> known(String name) {
        CatalogEntry<M> entry = entries.get(name);
        if (entry == null || !entry.isKnown()) {
            throw notFound(name);
        }
        return entry;
    }

    private ModelNotFoundException notFound(String name) {
        List<String> served = served().stream().map(Servable::name).toList();
        return new ModelNotFoundException(
                "Request for unknown model: '%s' is not found (served: %s)".formatted(name, String.join(", ", served)));
    }

    private static void checkVersion(String name, String version) {
        if (!version.isEmpty() && !version.matches("[1-9]\\d{0,17}")) {
            throw new InvalidRequestException(
                    "model version '%s' of '%s' (expected: a positive integer, or empty)".formatted(version, name));
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        List<M> last = served();
        entries = Collections.emptySortedMap();
        last.forEach(Servable::close);
    }
}
