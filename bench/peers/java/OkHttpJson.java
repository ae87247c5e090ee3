import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * What Flink's function does for each row, without Flink: a tree of JSON, one asynchronous POST, a tree of
 * JSON. Arguments: url model floats inFlight warmMs measureMs
 */
final class OkHttpJson {
  private static final ObjectMapper mapper = new ObjectMapper();
  private static final MediaType json = MediaType.get("application/json");

  public static void main(String[] args) throws InterruptedException {
    int floats = Integer.parseInt(args[2]);
    int inFlight = Integer.parseInt(args[3]);
    var dispatcher = new Dispatcher();
    dispatcher.setMaxRequests(100);
    dispatcher.setMaxRequestsPerHost(100);
    var client = new OkHttpClient.Builder()
        .dispatcher(dispatcher)
        .connectionPool(new ConnectionPool(100, 5, java.util.concurrent.TimeUnit.MINUTES))
        .build();
    var url = args[0] + "/v2/models/" + args[1] + "/infer";
    var row = new float[floats];
    Load.run(() -> send(client, url, row), inFlight, Long.parseLong(args[4]), Long.parseLong(args[5]));
    System.exit(0);
  }

  private static CompletableFuture<float[]> send(OkHttpClient client, String url, float[] row) {
    var root = mapper.createObjectNode();
    var input = root.putArray("inputs").addObject();
    input.put("name", "IN").put("datatype", "FP32");
    input.putArray("shape").add(1).add(row.length);
    var data = input.putArray("data");
    for (float value : row) data.add(value);
    root.putArray("outputs").addObject().put("name", "OUT");
    var result = new CompletableFuture<float[]>();
    var request = new Request.Builder().url(url).post(RequestBody.create(root.toString(), json)).build();
    client.newCall(request).enqueue(new Callback() {
      @Override
      public void onFailure(Call call, IOException error) {
        result.completeExceptionally(error);
      }

      @Override
      public void onResponse(Call call, Response response) {
        try (response) {
          var values = mapper.readTree(response.body().string()).path("outputs").path(0).path("data");
          var floats = new float[values.size()];
          for (int at = 0; at < floats.length; at += 1) floats[at] = (float) values.get(at).asDouble();
          if (floats.length == 0) throw new IOException("no data in the answer");
          result.complete(floats);
        } catch (IOException error) {
          result.completeExceptionally(error);
        }
      }
    });
    return result;
  }
}
