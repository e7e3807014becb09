package io.tiergate.edge.escalation;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Who is told of a ledger's commits. Safe on every thread. */
final class LedgerListeners {
    private final List<Runnable> pending = new CopyOnWriteArrayList<>();
    private final List<Consumer<List<String>>> events = new CopyOnWriteArrayList<>();
    private final List<Consumer<Set<String>>> ends = new CopyOnWriteArrayList<>();

    void onPending(Runnable listener) {
        pending.add(listener);
    }

    void onEvent(Consumer<List<String>> listener) {
        events.add(listener);
    }

    void removeEventListener(Consumer<List<String>> listener) {
        events.remove(listener);
    }

    void onForgetting(Consumer<Set<String>> listener) {
        ends.add(listener);
    }

    /** Something has to be sent. */
    void pending() {
        pending.forEach(Runnable::run);
    }

    /** Escalations are not as they were. */
    void changed(List<String> ids) {
        if (!ids.isEmpty()) {
            events.forEach(listener -> listener.accept(ids));
        }
    }

    /** Escalations are about to be removed. */
    void forgetting(Set<String> ids) {
        ends.forEach(listener -> listener.accept(ids));
    }
}
