import org.apache.jena.rdf.model.Model;
import org.apache.jena.shacl.ShaclValidator;
import org.apache.jena.shacl.Shapes;

/** Apache Jena SHACL. */
public final class Jena extends Peer {
    @Override
    Object shapes(Model model) {
        return Shapes.parse(model.getGraph());
    }

    @Override
    Model validate(Object shapes, Model data) {
        return ShaclValidator.get().validate((Shapes) shapes, data.getGraph()).getModel();
    }

    public static void main(String[] arguments) throws Exception {
        new Jena().run(arguments);
    }
}
