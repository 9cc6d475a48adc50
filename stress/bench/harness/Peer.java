import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.jena.rdf.model.Model;
import org.apache.jena.rdf.model.ModelFactory;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.riot.RDFParser;

/**
 * What the harnesses of Jena and TopBraid share. Called like python_peers.py: CONTENDER SHAPES DATA SYNTAX HELD_SECONDS
 * REPORT OUT.
 */
abstract class Peer {
    private final StringBuilder lines = new StringBuilder();

    /** What is made of the shapes once. */
    abstract Object shapes(Model model);

    abstract Model validate(Object shapes, Model data);

    final void run(String[] arguments) throws Exception {
        String shapesFile = arguments[1], dataFile = arguments[2], report = arguments[5], out = arguments[6];
        Lang lang = arguments[3].equals("nt") ? Lang.NTRIPLES : Lang.TURTLE;
        double held = Double.parseDouble(arguments[4]);
        Object shapes = timed(0, "shapes", () -> shapes(load(shapesFile, Lang.TURTLE)));
        long until = Long.MAX_VALUE;
        for (int round = 0;; round++) {
            Model data = timed(round, "load", () -> load(dataFile, lang));
            Model done = timed(round, "validate", () -> validate(shapes, data));
            if (round == 0) {
                if (!report.equals("-")) {
                    timed(round, "report", () -> write(done, report));
                }
                until = System.nanoTime() + (long) (held * 1e9);
            }
            if (held == 0 || (round > 0 && System.nanoTime() > until)) {
                break;
            }
        }
        Files.writeString(Path.of(out), lines);
    }

    private static Model load(String file, Lang lang) {
        Model model = ModelFactory.createDefaultModel();
        RDFParser.source(file).lang(lang).parse(model);
        return model;
    }

    private static Object write(Model model, String file) throws Exception {
        try (OutputStream stream = Files.newOutputStream(Path.of(file))) {
            RDFDataMgr.write(stream, model, Lang.NTRIPLES);
        }
        return null;
    }

    private <T> T timed(int round, String phase, Callable<T> call) throws Exception {
        long began = System.currentTimeMillis() * 1_000_000, start = System.nanoTime();
        T value = call.call();
        double seconds = (System.nanoTime() - start) / 1e9;
        lines.append(round + "\t" + phase + "\t" + began + "\t" + seconds + "\t" + peak() + "\n");
        return value;
    }

    private static long peak() throws Exception {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        return 0;
    }
}
