import org.apache.jena.rdf.model.Model;
import org.topbraid.shacl.validation.ValidationUtil;

/** TopBraid SHACL API, which makes its engine anew for each data graph. */
public final class TopBraid extends Peer {
    @Override
    Object shapes(Model model) {
        return model;
    }

    @Override
    Model validate(Object shapes, Model data) {
        return ValidationUtil.validateModel(data, (Model) shapes, false).getModel();
    }

    public static void main(String[] arguments) throws Exception {
        new TopBraid().run(arguments);
    }
}
