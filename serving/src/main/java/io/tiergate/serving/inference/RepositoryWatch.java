package io.tiergate.serving.inference;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Serves what a repository's folder holds, as it changes. It looks again and again and compares, in place of being told by the
 * operating system: network file systems, and volumes that are mounted into containers, do not tell.
 *
 * <p>A model is touched once its folder has looked the same in two looks in a row and other than when it was last read; so a folder that
 * is still being copied waits, and one that was refused is not tried again as it is. A repository or model that cannot be looked at
 * changes nothing.
 *
 * <p>Looks are made by one thread at a time; only {@link #stop} is for others.
 */
final class RepositoryWatch {
    private static final Logger LOG = Logger.getLogger(RepositoryWatch.class);

    private final ModelCatalog<?> catalog;
    private final CountDownLatch stopped = new CountDownLatch(1);
    /** The last look; empty if the repository was not there. */
    private Optional<RepositoryLook> before;

    private boolean away;
    /** The folder in which models were last seen. */
    private Optional<Object> home;
    /** Models of which it has been told that their folders cannot be looked at. */
    private final Set<String> unreadable = new HashSet<>();
    /** Failures that are nobody's refusal, with how the model's folder looked then. */
    private final Map<String, ModelFingerprint> failed = new HashMap<>();

    RepositoryWatch(ModelCatalog<?> catalog) {
        this.catalog = catalog;
        this.before = firstLook();
        this.home = before.flatMap(RepositoryLook::identity);
    }

    private Optional<RepositoryLook> firstLook() {
        try {
            return Optional.of(RepositoryLook.at(catalog.repository()));
        } catch (IOException e) {
            // The next look says so if it lasts.
            return Optional.empty();
        }
    }

    /** Looks until it is stopped, with a pause before each look. */
    void run(Duration pause) {
        try {
            while (!stopped.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends {@link #run} once the model that is just being loaded is loaded. */
    void stop() {
        stopped.countDown();
    }

    /** Looks once, and blocks for as long as ONNX Runtime needs for what has changed. */
    void look() {
        Optional<RepositoryLook> last = before;
        before = now();
        if (last.isPresent() && before.isPresent()) {
            compare(last.get(), before.get());
        }
    }

    private Optional<RepositoryLook> now() {
        RepositoryLook now;
        try {
            now = RepositoryLook.at(catalog.repository());
        } catch (IOException e) {
            return gone(e.toString());
        }
        if (now.models().isEmpty()
                && !catalog.names().isEmpty()
                && !now.identity().equals(home)) {
            return gone("another, empty folder lies in its place, as under a mount point");
        }
        home = now.identity();
        if (away) {
            away = false;
            LOG.infof("Model repository is back: repository=%s", catalog.repository());
        }
        return Optional.of(now);
    }

    private Optional<RepositoryLook> gone(String reason) {
        if (!away) {
            away = true;
            LOG.warnf(
                    "Model repository cannot be read, what is served stays: repository=%s reason=%s",
                    catalog.repository(), reason);
        }
        return Optional.empty();
    }

    private void compare(RepositoryLook last, RepositoryLook now) {
        Set<String> names = new TreeSet<>(catalog.names());
        names.addAll(now.models().keySet());
        unreadable.retainAll(names);
        failed.keySet().retainAll(names);
        for (String model : names) {
            Optional<ModelFingerprint> fingerprint = now.of(model);
            if (stopped.getCount() > 0 && fingerprint.equals(last.of(model)) && isReadable(model, fingerprint)) {
                settled(model, fingerprint);
            }
        }
    }

    private boolean isReadable(String model, Optional<ModelFingerprint> fingerprint) {
        String problem = fingerprint.map(ModelFingerprint::problem).orElse("");
        if (problem.isEmpty()) {
            if (unreadable.remove(model)) {
                LOG.infof("Model folder can be read again: model=%s", model);
            }
            return true;
        }
        if (unreadable.add(model)) {
            LOG.warnf("Model folder cannot be read, nothing changes: model=%s reason=%s", model, problem);
        }
        return false;
    }

    private void settled(String model, Optional<ModelFingerprint> fingerprint) {
        if (fingerprint.isEmpty()) {
            catalog.forget(model);
            return;
        }
        ModelFingerprint looksSo = fingerprint.get();
        if (fingerprint.equals(catalog.fingerprint(model)) || looksSo.equals(failed.get(model))) {
            return;
        }
        try {
            catalog.refresh(model);
        } catch (ModelNotFoundException | UnavailableException e) {
            // It has just gone, or the repository has: the next look tells.
            LOG.debugf("Model folder went while it was read: model=%s reason=%s", model, e.getMessage());
        } catch (RuntimeException e) {
            failed.put(model, looksSo);
            LOG.errorf(e, "Model could not be loaded, what is served stays: model=%s", model);
        }
    }
}
