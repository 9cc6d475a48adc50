import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.jena.rdf.model.Model;
import org.apache.jena.rdf.model.ModelFactory;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.riot.RDFParser;
import org.apache.jena.riot.RDFParserBuilder;

/**
 * What the harnesses of Jena and TopBraid share. Called like python_peers.py: CONTENDER SHAPES DATA SYNTAX HELD_SECONDS
 * REPORT OUT.
 */
abstract class Peer {
    private record Phase(long began, double seconds, long memory) {}

    private final StringBuilder lines = new StringBuilder();
    private final Map<String, Phase> phases = new LinkedHashMap<>();

    /** What is made of the shapes once. */
    abstract Object shapes(Model model);

    abstract Model validate(Object shapes, Model data);

    final void run(String[] arguments) throws Exception {
        String shapesFile = arguments[1], dataFile = arguments[2], report = arguments[5], out = arguments[6];
        boolean events = arguments[3].equals("events");
        Lang lang = arguments[3].equals("turtle") ? Lang.TURTLE : Lang.NTRIPLES;
        double held = Double.parseDouble(arguments[4]);
        String[] documents = events ? Files.readString(Path.of(dataFile)).split("\n\n") : new String[] {dataFile};
        Object shapes = timed("shapes", () -> shapes(load(RDFParser.source(shapesFile), Lang.TURTLE)));
        long until = Long.MAX_VALUE;
        for (int round = 0;; round++) {
            boolean writes = round == 0 && !report.equals("-");
            StringBuilder reports = new StringBuilder();
            for (String document : documents) {
                Model data = timed("load", () -> load(
                        events ? RDFParser.fromString(document, lang) : RDFParser.source(document), lang));
                Model done = timed("validate", () -> validate(shapes, data));
                if (writes) {
                    reports.append(reports.length() == 0 ? "" : "# document\n");
                    reports.append(timed("report", () -> text(done)));
                }
            }
            finish(round);
            if (writes) {
                Files.writeString(Path.of(report), reports);
            }
            if (round == 0) {
                until = System.nanoTime() + (long) (held * 1e9);
            }
            if (held == 0 || (round > 0 && System.nanoTime() > until)) {
                break;
            }
        }
        Files.writeString(Path.of(out), lines);
    }

    private static Model load(RDFParserBuilder source, Lang lang) {
        Model model = ModelFactory.createDefaultModel();
        source.lang(lang).parse(model);
        return model;
    }

    private static String text(Model model) {
        StringWriter writer = new StringWriter();
        RDFDataMgr.write(writer, model, Lang.NTRIPLES);
        return writer.toString();
    }

    /** The phases of a round, each the sum over its documents. */
    private <T> T timed(String phase, Callable<T> call) throws Exception {
        long began = System.currentTimeMillis() * 1_000_000, start = System.nanoTime();
        T value = call.call();
        double seconds = (System.nanoTime() - start) / 1e9;
        Phase before = phases.get(phase);
        phases.put(phase, before == null
                ? new Phase(began, seconds, peak()) : new Phase(before.began, before.seconds + seconds, peak()));
        return value;
    }

    private void finish(int round) {
        phases.forEach((name, phase) -> lines.append(
                round + "\t" + name + "\t" + phase.began + "\t" + phase.seconds + "\t" + phase.memory + "\n"));
        phases.clear();
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
