/** Nodes as text: the same YAML as an experiment file, so that they go between tabs, files and chats. */
import { removeNodes } from './edits'
import { freshId, freshName, isId, slug } from './ids'
import { read } from './reading'
import { EMPTY, type Experiment, mapped, own, parseSource, type Place, sourceText } from './types'
import { tree, yamlText } from './writing'

/** These nodes and notes with the edges among them, as the text of a file. */
export function copied(experiment: Experiment, ids: readonly string[], notes: readonly string[] = []): string {
  const others = Object.keys(experiment.nodes).filter((id) => !ids.includes(id))
  const part = removeNodes(experiment, others)
  const kept = mapped(experiment.notes, (note, name) => (notes.includes(name) ? note : undefined))
  return yamlText(tree({ ...part, title: '', description: '', service: EMPTY.service, notes: kept }))
}

export interface Pasted {
  readonly experiment: Experiment
  readonly ids: readonly string[]
  readonly notes: readonly string[]
}

/** With what a text has, under ids that are free, its upper left corner at a place. Raises Unreadable; null where there is nothing. */
export function pasted(experiment: Experiment, text: string, corner: (part: Experiment) => Place): Pasted | null {
  const part = read(text)
  if (!Object.keys(part.nodes).length && !Object.keys(part.notes).length) return null
  const ids = renames(experiment, part)
  const [dx, dy] = shift(part, corner(part))
  const moved = ([x, y]: Place): Place => [Math.round(x + dx), Math.round(y + dy)]
  const nodes = Object.fromEntries(
    Object.entries(part.nodes).map(([id, node]) => {
      const inputs = mapped(node.inputs, (source) => {
        const from = parseSource(source)
        const renamed = ids.get(from.node)
        // An edge from outside is kept where this experiment has such a node.
        if (renamed === undefined) return own(experiment.nodes, from.node) ? source : undefined
        return sourceText({ ...from, node: renamed })
      })
      return [ids.get(id) ?? id, { ...node, inputs }]
    }),
  )
  const layout = Object.fromEntries(Object.entries(part.layout).map(([id, place]) => [ids.get(id) ?? id, moved(place)]))
  const notes = Object.entries(part.notes).map(([name, note]) => {
    const fresh = freshId(name, (each) => own(experiment.notes, each) !== undefined)
    return [fresh, { ...note, at: moved(note.at) }] as const
  })
  const groups = Object.entries(part.groups).map(([title, members]) => {
    const fresh = freshName(title, (each) => own(experiment.groups, each) !== undefined)
    return [fresh, members.map((id) => ids.get(id) ?? id)] as const
  })
  return {
    experiment: {
      ...experiment,
      nodes: { ...experiment.nodes, ...nodes },
      layout: { ...experiment.layout, ...layout },
      notes: { ...experiment.notes, ...Object.fromEntries(notes) },
      groups: { ...experiment.groups, ...Object.fromEntries(groups) },
    },
    ids: Object.keys(nodes),
    notes: notes.map(([name]) => name),
  }
}

/** Whether a text may be nodes: cheap, before it is read. */
export function looksCopied(text: string): boolean {
  return /^\s*(bottega:|nodes:|\{\s*"bottega")/m.test(text) && /\bnodes\b/.test(text)
}

function renames(experiment: Experiment, part: Experiment): Map<string, string> {
  const taken = new Set(Object.keys(experiment.nodes))
  return new Map(
    Object.keys(part.nodes).map((id) => {
      const wish = isId(id) ? id : slug(id)
      const fresh = taken.has(wish) ? freshId(wish, (each) => taken.has(each)) : wish
      taken.add(fresh)
      return [id, fresh]
    }),
  )
}

function shift(part: Experiment, [x, y]: Place): Place {
  const places = [...Object.values(part.layout), ...Object.values(part.notes).map(({ at }) => at)]
  if (!places.length) return [0, 0]
  return [x - Math.min(...places.map((each) => each[0])), y - Math.min(...places.map((each) => each[1]))]
}
