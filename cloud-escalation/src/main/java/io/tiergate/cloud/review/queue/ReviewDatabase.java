package io.tiergate.cloud.review.queue;

import io.quarkus.reactive.datasource.ReactiveDataSource;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.function.Function;

/** The people's own way to the database. Nothing waits there for longer than a person would. */
@ApplicationScoped
class ReviewDatabase {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** An erasure may have to read every row there is. */
    private static final Duration LONG_PATIENCE = Duration.ofMinutes(2);

    private final Pool pool;

    @Inject
    ReviewDatabase(@ReactiveDataSource("review") Pool pool) {
        this.pool = pool;
    }

    /** Runs statements in one transaction, which a failure ends without effect. */
    <T> Uni<T> transaction(Function<SqlConnection, Uni<T>> work) {
        return pool.withTransaction(work).ifNoItem().after(PATIENCE).fail();
    }

    /** The same, for what nobody waits for before a page. */
    <T> Uni<T> longTransaction(Function<SqlConnection, Uni<T>> work) {
        return pool.withTransaction(work).ifNoItem().after(LONG_PATIENCE).fail();
    }

    /** Runs single statements. */
    <T> Uni<T> connection(Function<SqlConnection, Uni<T>> work) {
        return pool.withConnection(work).ifNoItem().after(PATIENCE).fail();
    }
}
