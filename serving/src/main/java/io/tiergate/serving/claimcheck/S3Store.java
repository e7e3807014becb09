package io.tiergate.serving.claimcheck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** Objects in a bucket. Its client's classes, some megabytes of memory, are loaded with the first call. */
final class S3Store implements ObjectStore {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration SILENCE_TIMEOUT = Duration.ofSeconds(20);

    private final String bucket;
    private final S3Config config;
    private final Duration timeout;
    private S3Client client;
    private boolean closed;

    private S3Store(String bucket, S3Config config, Duration timeout) {
        this.bucket = bucket;
        this.config = config;
        this.timeout = timeout;
    }

    static S3Store open(String bucket, S3Config config, Duration timeout) {
        return new S3Store(bucket, config, timeout);
    }

    @Override
    public void put(String key, byte[] content) throws IOException {
        try {
            client().putObject(request -> request.bucket(bucket).key(key), RequestBody.fromBytes(content));
        } catch (SdkException | UncheckedIOException e) {
            throw away(e);
        }
    }

    @Override
    public Optional<Stored> open(String key) throws IOException {
        try {
            ResponseInputStream<GetObjectResponse> content =
                    client().getObject(request -> request.bucket(bucket).key(key));
            return Optional.of(new Stored(content, content.response().contentLength()));
        } catch (NoSuchKeyException e) {
            return Optional.empty();
        } catch (SdkException | UncheckedIOException e) {
            // Also a bucket that is not there, and rights that are not given: an operator can cure both.
            throw away(e);
        }
    }

    @Override
    public long expire(String tenant, Duration age) {
        return 0;
    }

    private IOException away(RuntimeException failure) {
        return new IOException("%s: %s".formatted(this, failure.getMessage()), failure);
    }

    private synchronized S3Client client() throws IOException {
        if (closed) {
            throw new IOException(this + " is closed");
        }
        if (client == null) {
            client = connect();
        }
        return client;
    }

    private S3Client connect() {
        S3ClientBuilder builder = S3Client.builder()
                .region(Region.of(config.region()))
                .forcePathStyle(config.pathStyle())
                .credentialsProvider(credentials())
                // Stores that are not AWS' know neither the checksums in trailers nor the chunks they come with. The
                // digest is ours to check.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .serviceConfiguration(service -> service.chunkedEncodingEnabled(false))
                .httpClientBuilder(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT_TIMEOUT)
                        .socketTimeout(SILENCE_TIMEOUT))
                // Whoever calls tries again, with pauses of its own.
                .overrideConfiguration(
                        override -> override.apiCallTimeout(timeout).retryStrategy(AwsRetryStrategy.doNotRetry()));
        config.endpoint().ifPresent(builder::endpointOverride);
        return builder.build();
    }

    private AwsCredentialsProvider credentials() {
        return config.accessKeyId()
                .<AwsCredentialsProvider>map(id -> () -> AwsBasicCredentials.create(id, secret()))
                .orElseGet(() -> DefaultCredentialsProvider.builder().build());
    }

    private String secret() {
        return config.secretAccessKeyFile()
                .map(S3Store::read)
                .or(config::secretAccessKey)
                .orElseThrow();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("tiergate.claim-check.s3.secret-access-key-file cannot be read: " + e, e);
        }
    }

    @Override
    public String toString() {
        return "bucket " + bucket + config.endpoint().map(uri -> " at " + uri).orElse("");
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (client != null) {
            client.close();
        }
    }
}
