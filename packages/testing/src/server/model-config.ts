import type { TensorMetadata } from "@nereid/core/transport-kit";
import type { ServerModel } from "./server-model.ts";

const optimization = {
  priority: "PRIORITY_DEFAULT",
  input_pinned_memory: { enable: true },
  output_pinned_memory: { enable: true },
  gather_kernel_buffer_threshold: 0,
  eager_batching: false,
};

/** The answer of `GET /v2/models/…/config`: defaults of plain fields stand there, unset messages do not. */
export function modelConfig(model: ServerModel): object {
  return {
    name: model.name,
    platform: "",
    backend: "python",
    runtime: "",
    version_policy: model.versions === undefined ? { latest: { num_versions: 1 } } : { all: {} },
    max_batch_size: model.maxBatchRows,
    input: model.inputs.map(describeInput),
    output: model.outputs.map(describeOutput),
    batch_input: [],
    batch_output: [],
    optimization,
    ...describeScheduler(model),
    instance_group: [
      {
        name: model.name,
        kind: "KIND_CPU",
        count: 1,
        gpus: [],
        secondary_devices: [],
        profile: [],
        passive: false,
        host_policy: "",
      },
    ],
    default_model_filename: "model.py",
    cc_model_filenames: {},
    metric_tags: {},
    parameters: {},
    model_warmup: [],
    ...(model.decoupled === undefined ? {} : { model_transaction_policy: { decoupled: true } }),
  };
}

function typeOf({ datatype }: TensorMetadata): string {
  return datatype === "BYTES" ? "TYPE_STRING" : `TYPE_${datatype}`;
}

function describeInput(tensor: TensorMetadata): object {
  return {
    name: tensor.name,
    data_type: typeOf(tensor),
    format: "FORMAT_NONE",
    dims: tensor.shape,
    is_shape_tensor: false,
    allow_ragged_batch: false,
    optional: tensor.optional ?? false,
    is_non_linear_format_io: false,
  };
}

function describeOutput(tensor: TensorMetadata): object {
  return {
    name: tensor.name,
    data_type: typeOf(tensor),
    dims: tensor.shape,
    label_filename: "",
    is_shape_tensor: false,
    is_non_linear_format_io: false,
  };
}

function describeScheduler({ dynamicBatching, maxBatchRows, sequence }: ServerModel): object {
  if (sequence !== undefined) {
    return {
      sequence_batching: {
        max_sequence_idle_microseconds: sequence.maxIdleUs,
        control_input: ["START", "END", "READY"].map(describeControl),
        state: [],
        iterative_sequence: false,
      },
    };
  }
  if (dynamicBatching !== true) return {};
  return {
    dynamic_batching: {
      preferred_batch_size: [maxBatchRows],
      max_queue_delay_microseconds: 0,
      preserve_ordering: false,
      priority_levels: 0,
      default_priority_level: 0,
      priority_queue_policy: {},
    },
  };
}

function describeControl(name: string): object {
  const control = {
    kind: `CONTROL_SEQUENCE_${name}`,
    int32_false_true: [0, 1],
    fp32_false_true: [],
    bool_false_true: [],
    data_type: "TYPE_INVALID",
  };
  return { name, control: [control] };
}
