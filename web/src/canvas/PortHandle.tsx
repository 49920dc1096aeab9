import { useLingui } from '@lingui/react/macro'
import { Handle, Position } from '@xyflow/react'

import type { Port } from '../document/catalogue'
import { Keys } from '../ui/Keys'
import { useEditorActions } from './actions'
import styles from './Ports.module.css'
import { useDoc, useView } from './context'
import { inputHandle, outputHandle } from './flow'
import { isPortFed, isPortUsed } from './portUse'
import { PortShape } from './PortShape'
import { portKey, type Side } from './view'
import { typeWords } from './words'

interface PortHandleProps {
  node: string
  port: Port
  side: Side
  /** Its place among those of its side. */
  index: number
  count: number
}

/** A port on the border of a node: inputs above, outputs below. A press on an output shows what came out. */
export function PortHandle({ node, port, side, index, count }: PortHandleProps) {
  const { t } = useLingui()
  const actions = useEditorActions()
  const isInput = side === 'inputs'
  const fit = useView((view) => (view.dragged ? (view.dragged.fitting.has(portKey(node, side, port.name)) ? 'glow' : 'dim') : undefined))
  const isOpen = useView((view) => !isInput && view.port?.node === node && view.port.port === port.name && view.isBottomOpen)
  const isConnected = useDoc((state) => (isInput ? isPortFed(state.document, node, port) : isPortUsed(state.document, node, port, index)))
  const type = t(typeWords[port.type])
  return (
    <Handle
      type={isInput ? 'target' : 'source'}
      position={isInput ? Position.Top : Position.Bottom}
      id={isInput ? inputHandle(port.name) : outputHandle(port.name)}
      className={styles.port ?? ''}
      style={{ left: `${((index + 1) / (count + 1)) * 100}%` }}
      data-fit={fit}
      data-open={isOpen || undefined}
      data-missing={(isInput && !port.optional && !isConnected) || undefined}
      data-port={portKey(node, side, port.name)}
      onClick={isInput ? undefined : () => actions.preview(node, port.name)}
    >
      <PortShape type={port.type} isFilled={isConnected || !isInput} />
      <span className={styles.portTip} data-side={side} aria-hidden>
        <strong>{port.title}</strong>
        <span>{isInput && port.optional ? t`${type}, optional` : type}</span>
        {port.help && <span>{port.help}</span>}
        {!isInput && (
          <span className={styles.hint}>
            {t`Click to look into it`} <Keys keys=" " />
          </span>
        )}
      </span>
    </Handle>
  )
}
