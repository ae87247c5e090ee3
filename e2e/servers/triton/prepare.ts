import { chmodSync, cpSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
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

/**
 * Puts the Python backend's stub in place, as the package itself does when it starts a server.
 *
 * @param repository - the folder of models
 */
export function prepareTriton(venv: string, repository: string): TritonInstall {
  const site = askPython(venv, 'import sysconfig; print(sysconfig.get_paths()["purelib"])');
  const libraries = askPython(venv, 'import sysconfig; print(sysconfig.get_config_var("LIBDIR"))');
  const version = askPython(venv, 'import sys; print("%d.%d" % sys.version_info[:2])');
  const triton = join(site, "pytriton/tritonserver");
  const stub = join(triton, "backends/python/triton_python_backend_stub");
  // The stub of a server that runs cannot be written again.
  const own = join(triton, "python_backend_stubs", version, "triton_python_backend_stub");
  if (!existsSync(stub) || statSync(stub).size !== statSync(own).size) cpSync(own, stub);
  for (const file of [stub, join(triton, "bin/tritonserver")]) chmodSync(file, 0o755);
  return {
    command: join(triton, "bin/tritonserver"),
    args: [
      `--model-repository=${repository}`,
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

/** Writes a repository anew, of all models or those named; each version runs a copy of its code. */
export function writeRepository(name: string, models?: readonly string[]): string {
  const repository = join(cacheDir, "triton", name);
  rmSync(repository, { recursive: true, force: true });
  for (const model of tritonModels) {
    if (models?.includes(model.name) === false) continue;
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
