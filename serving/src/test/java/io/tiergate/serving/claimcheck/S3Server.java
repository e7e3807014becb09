package io.tiergate.serving.claimcheck;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobApiMetadata;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.BlobStoreContext;

/** A real S3 server on the loopback interface, which checks signatures and keeps its objects in memory. */
final class S3Server implements AutoCloseable {
    static final String BUCKET = "claims";
    static final String ID = "an-id";
    static final String SECRET = "a-secret";

    private final BlobStoreContext context;
    private final S3Proxy proxy;

    private S3Server(BlobStoreContext context, S3Proxy proxy) {
        this.context = context;
        this.proxy = proxy;
    }

    static S3Server start() throws Exception {
        return start(0);
    }

    /**
     * @param port 0 for a free one
     */
    static S3Server start(int port) throws Exception {
        BlobStoreContext context = ContextBuilder.newBuilder(new TransientNio2BlobApiMetadata())
                .credentials("identity", "credential")
                .overrides(new Properties())
                .build(BlobStoreContext.class);
        context.getBlobStore().createContainerInLocation(null, BUCKET);
        S3Proxy proxy = S3Proxy.builder()
                .blobStore(context.getBlobStore())
                .endpoint(URI.create("http://127.0.0.1:" + port))
                .awsAuthentication(AuthenticationType.AWS_V4, ID, SECRET)
                .build();
        proxy.start();
        return new S3Server(context, proxy);
    }

    BlobStore objects() {
        return context.getBlobStore();
    }

    int port() {
        return proxy.getPort();
    }

    S3Config config() {
        return new Config(BUCKET, port(), Optional.of(SECRET), Optional.empty());
    }

    @Override
    public void close() throws Exception {
        proxy.stop();
        context.close();
    }

    record Config(String name, int port, Optional<String> secretAccessKey, Optional<Path> secretAccessKeyFile)
            implements S3Config {
        @Override
        public Optional<String> bucket() {
            return Optional.of(name);
        }

        @Override
        public Optional<URI> endpoint() {
            return Optional.of(URI.create("http://127.0.0.1:" + port));
        }

        @Override
        public String region() {
            return "us-east-1";
        }

        @Override
        public boolean pathStyle() {
            return true;
        }

        @Override
        public Optional<String> accessKeyId() {
            return Optional.of(ID);
        }
    }
}
