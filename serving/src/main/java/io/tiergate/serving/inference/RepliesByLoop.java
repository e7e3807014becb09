package io.tiergate.serving.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Takes the answers of one batch back to their event loops: each is woken once, and writes its replies in one go. */
final class RepliesByLoop {
    private record ToLoop(Executor loop, List<Runnable> replies) {
        void run() {
            replies.forEach(Runnable::run);
        }
    }

    /** A handful at most. */
    private final List<ToLoop> byLoop = new ArrayList<>();

    /**
     * @param loop null if the reply may be given on any thread
     */
    void add(Executor loop, Runnable reply) {
        for (ToLoop known : byLoop) {
            if (known.loop == loop) {
                known.replies.add(reply);
                return;
            }
        }
        ToLoop fresh = new ToLoop(loop, new ArrayList<>());
        fresh.replies.add(reply);
        byLoop.add(fresh);
    }

    void send() {
        Executor here = EventLoops.current();
        for (ToLoop replies : byLoop) {
            if (replies.loop == null || replies.loop == here) {
                replies.run();
            } else {
                try {
                    replies.loop.execute(replies::run);
                } catch (RejectedExecutionException e) {
                    // The loop has ended, and its calls with it; what they hold is given back all the same.
                    replies.run();
                }
            }
        }
    }
}
