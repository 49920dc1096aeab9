/** Words about ports and wires, in the page's language. */
import type { MessageDescriptor } from '@lingui/core'
import { msg } from '@lingui/core/macro'

import type { PortType } from '../document/catalogue'
import type { Refusal } from '../document/graph'

export const typeWords: Readonly<Record<PortType, MessageDescriptor>> = {
  DataTable: msg`table`,
  GenericCsv: msg`CSV file`,
  GenericTsv: msg`TSV file`,
  Arff: msg`ARFF file`,
  SvmLight: msg`SVMlight file`,
  Zip: msg`zip`,
  UntrainedModel: msg`untrained model`,
  TrainedModel: msg`trained model`,
  Transform: msg`transform`,
  Device: msg`text and pictures`,
  File: msg`file`,
  Dataset: msg`dataset`,
}

type Ask = (message: MessageDescriptor) => string

/** Why an edge cannot be, for whoever has just tried. */
export function refusalWords(t: Ask, why: Refusal, from: { title: string; type: PortType }, to: { title: string; type: PortType }): string {
  const [output, input] = [from.title, to.title]
  if (why === 'same-node') return t(msg`A node cannot feed itself.`)
  if (why === 'circle') return t(msg`${output} cannot feed ${input}: the flow would run in a circle.`)
  const [gives, takes] = [t(typeWords[from.type]), t(typeWords[to.type])]
  return t(msg`${output} is of type “${gives}”, and ${input} takes “${takes}”.`)
}
