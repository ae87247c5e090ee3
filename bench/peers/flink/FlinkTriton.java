import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.model.triton.TritonInferenceModelFunction;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.catalog.CatalogModel;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ObjectIdentifier;
import org.apache.flink.table.catalog.ResolvedCatalogModel;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.factories.ModelProviderFactory;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * Apache Flink's own Triton function, called as its runtime calls it, without a cluster around it.
 * Arguments: url model floats inFlight warmMs measureMs
 */
final class FlinkTriton {
  public static void main(String[] args) throws Exception {
    var options = Map.of("endpoint", args[0] + "/v2/models", "model-name", args[1]);
    var config = Configuration.fromMap(options);
    var floats = DataTypes.ARRAY(DataTypes.FLOAT());
    var input = ResolvedSchema.of(Column.physical("IN", floats));
    var output = ResolvedSchema.of(Column.physical("OUT", floats));
    var origin = CatalogModel.of(
        Schema.newBuilder().fromResolvedSchema(input).build(),
        Schema.newBuilder().fromResolvedSchema(output).build(), options, null);
    var model = ResolvedCatalogModel.of(origin, input, output);
    var function = new Unchecked(new Context(model, config), config);
    function.open(null);
    var values = new float[Integer.parseInt(args[2])];
    Load.run(() -> function.asyncPredict(GenericRowData.of(new GenericArrayData(values))),
        Integer.parseInt(args[3]), Long.parseLong(args[4]), Long.parseLong(args[5]));
    System.exit(0);
  }

  /** Release 2.3.0 has its check of the schema upside down, so that it refuses every one of them. */
  private static final class Unchecked extends TritonInferenceModelFunction {
    Unchecked(ModelProviderFactory.Context context, ReadableConfig config) {
      super(context, config);
    }

    @Override
    protected void validateSingleColumnSchema(ResolvedSchema schema, LogicalType type, String name) {}
  }

  private record Context(ResolvedCatalogModel model, Configuration config)
      implements ModelProviderFactory.Context {
    @Override
    public ObjectIdentifier getObjectIdentifier() {
      return ObjectIdentifier.of("bench", "bench", "bench");
    }

    @Override
    public ResolvedCatalogModel getCatalogModel() {
      return model;
    }

    @Override
    public ReadableConfig getConfiguration() {
      return config;
    }

    @Override
    public ClassLoader getClassLoader() {
      return FlinkTriton.class.getClassLoader();
    }

    @Override
    public boolean isTemporary() {
      return true;
    }
  }
}
