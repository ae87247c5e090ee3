import java.lang.management.ManagementFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** A closed loop of asynchronous requests; prints one JSON line. */
final class Load {
  private static long cpuNanos() {
    var bean = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return bean.getProcessCpuTime();
  }

  /** Sends requests for a while, so many at once. */
  static void run(Supplier<CompletableFuture<?>> send, int inFlight, long warmMs, long measureMs)
      throws InterruptedException {
    for (boolean isWarm : new boolean[] {false, true}) {
      long ms = isWarm ? measureMs : warmMs;
      var free = new Semaphore(inFlight);
      var errors = new LongAdder();
      long n = 0;
      long cpu = cpuNanos();
      long start = System.nanoTime();
      while (System.nanoTime() < start + ms * 1_000_000) {
        free.acquire();
        n += 1;
        send.get().whenComplete((answer, error) -> {
          if (error != null) errors.increment();
          free.release();
        });
      }
      free.acquire(inFlight);
      double seconds = (System.nanoTime() - start) / 1e9;
      if (!isWarm) continue;
      double cpuUs = (cpuNanos() - cpu) / 1e3 / n;
      System.out.printf(java.util.Locale.ROOT,
          "{\"n\":%d,\"errors\":%d,\"cpu_us\":%.3f,\"rps\":%.1f}%n", n, errors.sum(), cpuUs, n / seconds);
    }
  }
}
