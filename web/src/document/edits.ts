/** Edits of an experiment: each takes one and gives another; what is not there is left alone. */
import { keyFor } from './catalogue'
import { freshName } from './ids'
import {
  type Experiment,
  type ExperimentNode,
  mapped,
  type Named,
  type Note,
  own,
  parseSource,
  type Place,
  type Plain,
  renamedKey,
  type Source,
  sourceText,
  type WebService,
  without,
} from './types'

type Edited = Experiment

export function addNode(experiment: Experiment, id: string, node: Partial<ExperimentNode> & { module: string }, place?: Place): Edited {
  const added: ExperimentNode = { inputs: {}, parameters: {}, comment: '', pinned: '', ...node }
  const layout = place ? { ...experiment.layout, [id]: rounded(place) } : experiment.layout
  return { ...experiment, nodes: { ...experiment.nodes, [id]: added }, layout }
}

/** Without these nodes, their places, the edges that begin at them and what else names them. */
export function removeNodes(experiment: Experiment, ids: readonly string[]): Edited {
  const gone = new Set(ids)
  const nodes = mapped(without(experiment.nodes, ...ids), (node) => {
    const inputs = mapped(node.inputs, (source) => (gone.has(parseSource(source).node) ? undefined : source))
    return Object.keys(inputs).length === Object.keys(node.inputs).length ? node : { ...node, inputs }
  })
  return {
    ...experiment,
    nodes,
    layout: without(experiment.layout, ...ids),
    service: mapService(experiment.service, (place) => (gone.has(parseSource(place).node) ? undefined : place)),
    groups: mapGroups(experiment.groups, (member) => (gone.has(member) ? undefined : member)),
  }
}

/** Without a node, where what fed its first input feeds what it fed. */
export function removeAndReconnect(experiment: Experiment, id: string): Edited {
  const node = own(experiment.nodes, id)
  const before = node && Object.values(node.inputs)[0]
  const after = usesOf(experiment, id)
  const removed = removeNodes(experiment, [id])
  return before === undefined ? removed : after.reduce((edited, use) => connect(edited, use.node, use.port, before), removed)
}

export function renameNode(experiment: Experiment, old: string, id: string): Edited {
  if (old === id || !own(experiment.nodes, old) || own(experiment.nodes, id)) return experiment
  const follow = (text: string) => {
    const source = parseSource(text)
    return source.node === old ? sourceText({ ...source, node: id }) : text
  }
  const nodes = mapped(experiment.nodes, (node) => {
    const isFed = Object.values(node.inputs).some((source) => parseSource(source).node === old)
    return isFed ? { ...node, inputs: mapped(node.inputs, follow) } : node
  })
  return {
    ...experiment,
    nodes: renamedKey(nodes, old, id),
    layout: renamedKey(experiment.layout, old, id),
    service: mapService(experiment.service, follow),
    groups: mapGroups(experiment.groups, (member) => (member === old ? id : member)),
  }
}

export function changeNode(experiment: Experiment, id: string, change: (node: ExperimentNode) => ExperimentNode): Edited {
  const node = own(experiment.nodes, id)
  if (!node) return experiment
  const changed = change(node)
  return changed === node ? experiment : { ...experiment, nodes: { ...experiment.nodes, [id]: changed } }
}

/** With another value of a parameter; where the node spells it otherwise, that spelling stays. Undefined is its default. */
export function setParameter(experiment: Experiment, id: string, name: string, value: Plain | undefined, title = name): Edited {
  return changeNode(experiment, id, (node) => {
    const key = keyFor(node.parameters, name, title) ?? name
    if (value === undefined) return { ...node, parameters: without(node.parameters, key) }
    return { ...node, parameters: { ...node.parameters, [key]: value } }
  })
}

/** With an edge into a port; one that was there gives way. */
export function connect(experiment: Experiment, id: string, port: string, source: Source | string): Edited {
  const text = typeof source === 'string' ? source : sourceText(source)
  return changeNode(experiment, id, (node) => ({ ...node, inputs: { ...node.inputs, [keyFor(node.inputs, port) ?? port]: text } }))
}

export function disconnect(experiment: Experiment, id: string, port: string): Edited {
  return changeNode(experiment, id, (node) => {
    const key = keyFor(node.inputs, port)
    return key === undefined ? node : { ...node, inputs: without(node.inputs, key) }
  })
}

/** Put a node on a wire: the source feeds its input, and its output what the source fed. */
export function splice(experiment: Experiment, wire: { node: string; port: string }, into: { node: string; input: string; output: string }): Edited {
  const target = own(experiment.nodes, wire.node)
  const key = target && keyFor(target.inputs, wire.port)
  const source = key === undefined ? undefined : target?.inputs[key]
  if (source === undefined || parseSource(source).node === into.node || wire.node === into.node) return experiment
  const fed = connect(experiment, into.node, into.input, source)
  return connect(fed, wire.node, wire.port, { node: into.node, port: into.output })
}

export function setComment(experiment: Experiment, id: string, comment: string): Edited {
  return changeNode(experiment, id, (node) => ({ ...node, comment }))
}

/** Let a node give what it gave in a run, or compute it again where `pinned` is empty. */
export function setPinned(experiment: Experiment, id: string, pinned: string): Edited {
  return changeNode(experiment, id, (node) => ({ ...node, pinned }))
}

export function moveNodes(experiment: Experiment, places: Named<Place>): Edited {
  return { ...experiment, layout: { ...experiment.layout, ...mapped(places, rounded) } }
}

// Notes and groups

export function putNote(experiment: Experiment, name: string, note: Note): Edited {
  return { ...experiment, notes: { ...experiment.notes, [name]: { ...note, at: rounded(note.at), size: rounded(note.size) } } }
}

export function removeNote(experiment: Experiment, name: string): Edited {
  return { ...experiment, notes: without(experiment.notes, name) }
}

/** Put nodes into a new group; they leave those they were in. */
export function group(experiment: Experiment, ids: readonly string[], wish: string): Edited {
  const left = ungroup(experiment, ids)
  const title = freshName(wish, (name) => own(left.groups, name) !== undefined)
  return ids.length ? { ...left, groups: { ...left.groups, [title]: [...ids] } } : left
}

export function ungroup(experiment: Experiment, ids: readonly string[]): Edited {
  return { ...experiment, groups: mapGroups(experiment.groups, (member) => (ids.includes(member) ? undefined : member)) }
}

export function renameGroup(experiment: Experiment, old: string, wish: string): Edited {
  const title = freshName(wish, (name) => name !== old && own(experiment.groups, name) !== undefined)
  return { ...experiment, groups: renamedKey(experiment.groups, old, title) }
}

// What callers of a web service see

export function setServiceInput(experiment: Experiment, name: string, ports: readonly string[]): Edited {
  const { inputs } = experiment.service
  // No two inputs feed one port: the newest has it.
  const others = mapped(without(inputs, name), (had) => some(had.filter((each) => !ports.includes(each))))
  return withService(experiment, { inputs: ports.length ? { ...others, [name]: ports } : others })
}

export function setServiceOutput(experiment: Experiment, name: string, source: string | null): Edited {
  const { outputs } = experiment.service
  return withService(experiment, { outputs: source === null ? without(outputs, name) : { ...outputs, [name]: source } })
}

export function setServiceParameter(experiment: Experiment, name: string, parameter: WebService['parameters'][string] | null): Edited {
  const { parameters } = experiment.service
  if (!parameter?.sets.length) return withService(experiment, { parameters: without(parameters, name) })
  const others = mapped(parameters, (had, key) => {
    if (key === name) return had
    const sets = some(had.sets.filter((each) => !parameter.sets.includes(each)))
    return sets && { ...had, sets }
  })
  return withService(experiment, { parameters: { ...others, [name]: parameter } })
}

export function renameService(experiment: Experiment, kind: keyof WebService, old: string, name: string): Edited {
  const had = experiment.service[kind]
  if (old === name || !name.trim() || own<unknown>(had, name) !== undefined) return experiment
  return withService(experiment, { [kind]: renamedKey<unknown>(had, old, name) })
}

/** Everything that an output of a node feeds. */
export function usesOf(experiment: Experiment, id: string): { node: string; port: string; source: Source }[] {
  return Object.entries(experiment.nodes).flatMap(([node, { inputs }]) =>
    Object.entries(inputs).flatMap(([port, text]) => {
      const source = parseSource(text)
      return source.node === id ? [{ node, port, source }] : []
    }),
  )
}

function withService(experiment: Experiment, change: Partial<WebService>): Edited {
  return { ...experiment, service: { ...experiment.service, ...change } }
}

function mapService(service: WebService, change: (place: string) => string | undefined): WebService {
  const all = (places: readonly string[]) => some(places.map(change).filter((each) => each !== undefined))
  return {
    inputs: mapped(service.inputs, all),
    outputs: mapped(service.outputs, change),
    parameters: mapped(service.parameters, (each) => {
      const sets = all(each.sets)
      return sets && { ...each, sets }
    }),
  }
}

function mapGroups(groups: Experiment['groups'], change: (member: string) => string | undefined): Experiment['groups'] {
  return mapped(groups, (members) => some(members.map(change).filter((each) => each !== undefined)))
}

function some<T>(values: readonly T[]): readonly T[] | undefined {
  return values.length ? values : undefined
}

function rounded([x, y]: Place): Place {
  return [Math.round(x), Math.round(y)]
}
