package io.tiergate.edge;

import io.tiergate.runtime.NativeLibraries;
import java.io.IOException;
import java.nio.file.Path;

/** Unpacks the libraries of ONNX Runtime, SQLite and zstd below the data folder, before any of them is loaded. */
final class NativeCode {
    private NativeCode() {}

    static void install(Path folder) throws IOException {
        NativeLibraries.installOnnxRuntime(folder);
        sqlite(folder);
        zstd(folder);
    }

    private static void sqlite(Path folder) throws IOException {
        String platform = NativeLibraries.operatingSystem("Linux", "Mac", "Windows") + "/"
                + NativeLibraries.architecture("x86_64", "aarch64");
        String library = System.mapLibraryName("sqlitejdbc");
        Path target = folder.resolve("sqlite-" + org.sqlite.SQLiteJDBCLoader.getVersion());
        NativeLibraries.install("org/sqlite/native/" + platform + "/" + library, target.resolve(library));
        System.setProperty("org.sqlite.lib.path", target.toAbsolutePath().toString());
        System.setProperty("org.sqlite.lib.name", library);
    }

    private static void zstd(Path folder) throws IOException {
        String version = com.github.luben.zstd.util.ZstdVersion.VERSION;
        String extension = NativeLibraries.operatingSystem("so", "dylib", "dll");
        String platform = NativeLibraries.operatingSystem("linux", "darwin", "win") + "/"
                + NativeLibraries.architecture("amd64", "aarch64");
        String library = "libzstd-jni-" + version + "." + extension;
        Path target = folder.resolve(library);
        NativeLibraries.install(platform + "/" + library, target);
        System.setProperty("ZstdNativePath", target.toAbsolutePath().toString());
    }
}
