import { setImmediate } from "node:timers/promises";

import type { Optimizer, Tensor, Tensor2D, Variable } from "@tensorflow/tfjs";

import { createPrng } from "../data/prng.ts";
import { initialNetwork, layersOf, type NetworkLayer } from "./network.ts";
import type { Optimiser, TrainingParams } from "./training-params.ts";
import type { WorkSamples } from "./work-input.ts";

type TensorFlow = typeof import("@tensorflow/tfjs");

const MOMENTUM = 0.9;

/**
 * Trains a network in float32 with TensorFlow.js on its WebAssembly backend: mean cross-entropy, batches in an order
 * shuffled anew each epoch, the last batch of an epoch possibly short. Initial weights and order follow from the seed;
 * sums inside a batch do not have one order on every machine, so the outcome is equal only up to rounding.
 *
 * The library is loaded on first use. Every tensor is disposed, also when training fails.
 *
 * @returns the weights, laid out as `networkSize` says.
 */
export async function trainNetwork(params: TrainingParams, samples: WorkSamples): Promise<Float32Array> {
  const tf = await loadTensorFlow();
  const layers = layersOf(params.architecture);
  const prng = createPrng(params.seed).fork("order");
  const indices = samples.labels.map((_, i) => i);
  const optimizer = createOptimizer(tf, params.optimiser);
  const variables = createVariables(tf, layers, initialNetwork(params.architecture, params.seed));
  const [X, Y] = createSamples(tf, samples, params.architecture.classes);
  const step = (positions: readonly number[]): void => {
    const batch = tf.tensor1d([...positions], "int32");
    const [x, y] = [tf.gather(X, batch), tf.gather(Y, batch)];
    // The list keeps a training at the same time in the same process out of this one.
    optimizer.minimize(() => tf.losses.softmaxCrossEntropy(y, scoresOf(tf, layers, variables, x)).asScalar(), false, [
      ...variables,
    ]);
  };
  try {
    for (let epoch = 0; epoch < params.epochs; epoch++) {
      const order = prng.shuffle(indices);
      for (let start = 0; start < order.length; start += params.batchSize) {
        tf.tidy(() => step(order.slice(start, start + params.batchSize)));
      }
      // Lets the process do something else: an agent has heartbeats to send.
      await setImmediate();
    }
    return Float32Array.from(variables.flatMap((variable) => [...variable.dataSync()]));
  } finally {
    optimizer.dispose();
    for (const tensor of [X, Y, ...variables]) tensor.dispose();
  }
}

async function loadTensorFlow(): Promise<TensorFlow> {
  const tf = await import("@tensorflow/tfjs");
  await import("@tensorflow/tfjs-backend-wasm");
  if (tf.getBackend() !== "wasm") await tf.setBackend("wasm");
  await tf.ready();
  return tf;
}

/** Kernel and bias of each layer, in the order of the weights. */
function createVariables(tf: TensorFlow, layers: readonly NetworkLayer[], weights: Float32Array): Variable[] {
  let at = 0;
  const take = (shape: [number, number]): Variable => {
    const from = at;
    at += shape[0] * shape[1];
    return tf.tidy(() => tf.variable(tf.tensor2d(weights.slice(from, at), shape)));
  };
  return layers.flatMap(({ inputs, units }) => [take([inputs, units]), take([1, units])]);
}

/** Features, and a one in the column of the class. */
function createSamples(tf: TensorFlow, { rows, labels }: WorkSamples, classes: number): [Tensor2D, Tensor2D] {
  const X = tf.tensor2d(rows.map((row) => [...row]));
  return [X, tf.tidy(() => tf.oneHot(tf.tensor1d([...labels], "int32"), classes) as Tensor2D)];
}

function createOptimizer(tf: TensorFlow, { name, learningRate }: Optimiser): Optimizer {
  switch (name) {
    case "sgd":
      return tf.train.sgd(learningRate);
    case "momentum":
      return tf.train.momentum(learningRate, MOMENTUM);
    case "adam":
      return tf.train.adam(learningRate);
  }
}

function scoresOf(
  tf: TensorFlow,
  layers: readonly NetworkLayer[],
  variables: readonly Variable[],
  x: Tensor,
): Tensor2D {
  return layers.reduce((values, { activation }, i) => {
    const [kernel, bias] = [variables[2 * i], variables[2 * i + 1]];
    const sums = tf.add(tf.matMul(values, kernel as Tensor2D), bias as Tensor2D);
    return (activation === "none" ? sums : tf[activation](sums)) as Tensor2D;
  }, x as Tensor2D);
}
