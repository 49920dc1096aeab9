import { useLingui } from '@lingui/react/macro'
import { Handle, type NodeProps, Position } from '@xyflow/react'
import { Cable } from 'lucide-react'
import { memo } from 'react'

import styles from './Canvas.module.css'
import { useDoc } from './context'
import type { ServiceFlow } from './flow'

/** Where callers of a web service reach in, or read from. */
export const ServiceNode = memo(function ServiceNode({ data: { kind, name } }: NodeProps<ServiceFlow>) {
  const { t } = useLingui()
  const isInput = kind === 'inputs'
  const isSelected = useDoc((state) => state.services.includes(`${kind}/${name}`))
  const label = isInput ? t`Web service input ${name}` : t`Web service output ${name}`
  return (
    <>
      <div className={styles.service} data-selected={isSelected || undefined} role="button" aria-pressed={isSelected} tabIndex={-1} aria-label={label}>
        <Cable aria-hidden />
        <span className={styles.moduleTitle}>{name}</span>
        <span className={styles.serviceKind}>{isInput ? t`input` : t`output`}</span>
      </div>
      <Handle
        type={isInput ? 'source' : 'target'}
        position={Position.Right}
        isConnectable={false}
        className={styles.servicePort ?? ''}
      />
    </>
  )
})
