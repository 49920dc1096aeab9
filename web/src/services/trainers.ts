import type { Experiment } from '../document/types'

/** The nodes that train models, by the module's name or title: one of them may be what the service is to use. */
export function trainersOf(experiment: Experiment): string[] {
  return Object.entries(experiment.nodes)
    .filter(([, node]) => /^(train|tune)[\s-_]/i.test(node.module))
    .map(([id]) => id)
}
