package io.tiergate.edge.api;

import io.tiergate.edge.escalation.Ledger;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

/**
 * Who wants to hear when a certain escalation changes. What it has become is for them to look up, when they have a use for it: so
 * nothing piles up here. Safe on every thread.
 */
final class Followers {
    private final ConcurrentMap<String, Set<Consumer<String>>> byEscalation = new ConcurrentHashMap<>();

    /** Listens to a ledger for as long as that is open. */
    static Followers of(Ledger ledger) {
        Followers followers = new Followers();
        ledger.onEvent(followers::changed);
        return followers;
    }

    private Followers() {}

    /**
     * Starts to follow an escalation, of which changes may have been stored before.
     *
     * @param follower given the id after every change, on a ledger thread: it must be quick
     */
    void follow(String id, Consumer<String> follower) {
        byEscalation.compute(id, (key, followers) -> {
            Set<Consumer<String>> all = followers == null ? ConcurrentHashMap.newKeySet() : followers;
            all.add(follower);
            return all;
        });
    }

    void unfollow(String id, Consumer<String> follower) {
        byEscalation.computeIfPresent(id, (key, followers) -> {
            followers.remove(follower);
            return followers.isEmpty() ? null : followers;
        });
    }

    /** Number of escalations that somebody follows. */
    int followed() {
        return byEscalation.size();
    }

    private void changed(List<String> ids) {
        for (String id : ids) {
            byEscalation.getOrDefault(id, Set.of()).forEach(follower -> follower.accept(id));
        }
    }
}
