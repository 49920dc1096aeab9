/** The experiment as plain mappings, the way that a file nests them: what is sent, and what is put on the clipboard. */
import { Document, isMap, isSeq, type Node as Tree, type ToStringOptions, visit } from 'yaml'

import {
  DATASET_MODULE,
  DATASET_PARAMETER,
  type Experiment,
  type ExperimentNode,
  fileOf,
  mapped,
  type Named,
  type Note,
  NOTE_SIZE,
  type Plain,
  type ServiceParameter,
} from './types'

const OPTIONS: ToStringOptions = { lineWidth: 0, flowCollectionPadding: false, minContentWidth: 0 }

export function tree(experiment: Experiment): Record<string, Plain> {
  const { inputs, outputs, parameters } = experiment.service
  const service = filled({
    inputs: mapped(inputs, oneOrAll),
    outputs: { ...outputs },
    parameters: mapped(parameters, parameterTree),
  })
  return {
    bottega: 1,
    ...filled({
      title: experiment.title,
      description: experiment.description,
      environment: experiment.environment,
    }),
    nodes: mapped(experiment.nodes, nodeTree),
    ...filled({
      web_service: service,
      notes: mapped<Note, Plain>(experiment.notes, ({ text, at, size }): Plain => {
        const usual = size[0] === NOTE_SIZE[0] && size[1] === NOTE_SIZE[1]
        return usual ? { text, at } : { text, at, size }
      }),
      groups: experiment.groups,
      layout: experiment.layout,
    }),
  }
}

function nodeTree(node: ExperimentNode): Plain {
  const rest = filled({ comment: node.comment, pinned: node.pinned })
  const dataset = node.parameters[DATASET_PARAMETER]
  const alone = Object.keys(node.parameters).length === 1 && !Object.keys(node.inputs).length
  if (node.module === DATASET_MODULE && alone && (typeof dataset === 'string' || fileOf(dataset) !== null)) {
    return { dataset: dataset ?? null, ...rest }
  }
  return { module: node.module, ...filled({ inputs: node.inputs, parameters: node.parameters }), ...rest }
}

function parameterTree(parameter: ServiceParameter): Plain {
  const sets = oneOrAll(parameter.sets)
  const more: Record<string, Plain> = {}
  if (parameter.required) more.required = true
  if (parameter.default !== undefined) more.default = parameter.default
  if (parameter.description) more.description = parameter.description
  return Object.keys(more).length ? { sets, ...more } : sets
}

function oneOrAll(places: readonly string[]): Plain {
  return places.length === 1 ? (places[0] ?? '') : places
}

/** Without empty texts and empty mappings. */
function filled(told: Named<Plain>): Record<string, Plain> {
  return mapped(told, (value) => {
    const empty = value === '' || (value !== null && typeof value === 'object' && !Object.keys(value).length)
    return empty ? undefined : value
  })
}

/** As an experiment file: edges, places and references on one line each, scripts as blocks. */
export function yamlText(told: Named<Plain>): string {
  const document = new Document(told)
  visit(document, {
    Map(_, node, path) {
      const key = keyAbove(path)
      if (key === 'inputs' || (node.items.length === 1 && node.has('file')) || keysAbove(path).at(-2) === 'notes') node.flow = true
    },
    Seq(_, node) {
      if (node.items.every((each) => !isMap(each as Tree) && !isSeq(each as Tree))) node.flow = true
    },
    Scalar(key, node) {
      if (key === 'value' && typeof node.value === 'string' && node.value.includes('\n')) node.type = 'BLOCK_LITERAL'
    },
  })
  return document.toString(OPTIONS)
}

function keysAbove(path: readonly unknown[]): readonly string[] {
  return path.flatMap((each) => {
    const key = (each as { key?: { value?: unknown } }).key
    return typeof key?.value === 'string' ? [key.value] : []
  })
}

function keyAbove(path: readonly unknown[]): string | undefined {
  return keysAbove(path).at(-1)
}
