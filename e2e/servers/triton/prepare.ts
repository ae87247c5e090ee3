import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { cacheDir, rootDir, serversDir } from "../paths.ts";
import { askPython } from "../python.ts";
import { renderConfig, tritonModels } from "../triton-models.ts";

/** What starts Triton. */
export interface TritonInstall {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Puts the Python backend's stub in place, as the package itself does when it starts a server. */
export function prepareTriton(venv: string): TritonInstall {
  const site = askPython(venv, 'import sysconfig; print(sysconfig.get_paths()["purelib"])');
  const libraries = askPython(venv, 'import sysconfig; print(sysconfig.get_config_var("LIBDIR"))');
  const version = askPython(venv, 'import sys; print("%d.%d" % sys.version_info[:2])');
  const triton = join(site, "pytriton/tritonserver");
  const stub = join(triton, "backends/python/triton_python_backend_stub");
  cpSync(join(triton, "python_backend_stubs", version, "triton_python_backend_stub"), stub);
  for (const file of [stub, join(triton, "bin/tritonserver")]) chmodSync(file, 0o755);
  return {
    command: join(triton, "bin/tritonserver"),
    args: [
      `--model-repository=${writeRepository()}`,
      `--backend-directory=${join(triton, "backends")}`,
      `--cache-directory=${join(triton, "caches")}`,
      "--model-control-mode=explicit",
      "--load-model=*",
      "--backend-config=python,shm-default-byte-size=1048576",
    ],
    env: {
      // The backend's stub looks for its interpreter on PATH, and for that interpreter's own library.
      PATH: `${join(venv, "bin")}:${process.env["PATH"] ?? ""}`,
      LD_LIBRARY_PATH: `${join(site, "nvidia_pytriton.libs")}:${libraries}`,
    },
  };
}

/** Writes the repository anew; each version of a model runs a copy of its code. */
function writeRepository(): string {
  const repository = join(cacheDir, "triton/models");
  rmSync(repository, { recursive: true, force: true });
  for (const model of tritonModels) {
    const dir = join(repository, model.name);
    for (const version of model.versions ?? [1]) {
      mkdirSync(join(dir, String(version)), { recursive: true });
      cpSync(
        join(serversDir, "triton/code", `${model.code}.py`),
        join(dir, String(version), "model.py"),
      );
      for (const file of model.files ?? []) {
        cpSync(join(rootDir, file), join(dir, String(version), basename(file)));
      }
    }
    writeFileSync(join(dir, "config.pbtxt"), renderConfig(model));
  }
  return repository;
}
