import { useLingui } from '@lingui/react/macro'
import type { NodeProps } from '@xyflow/react'
import { CircleAlert, Pin } from 'lucide-react'
import { memo, useEffect, useRef } from 'react'

import { NameField } from './NameField'
import { DATASET_PARAMETER, fileOf, type ExperimentNode } from '../document/types'
import type { Module } from '../document/catalogue'
import { useEditorActions } from './actions'
import styles from './Canvas.module.css'
import ports from './Ports.module.css'
import { CategoryIcon } from './CategoryIcon'
import { useDoc, useView } from './context'
import type { ModuleFlow } from './flow'
import { NodeStatus, useStatusWords } from './NodeStatus'
import { PortHandle } from './PortHandle'
import { useProblems } from './problems'

const NO_PORTS = [] as const

/** A module on the canvas: its title, its id, what has become of it, its ports. */
export const ModuleNode = memo(function ModuleNode({ id, data: { node, module } }: NodeProps<ModuleFlow>) {
  const { t } = useLingui()
  const actions = useEditorActions()
  const box = useRef<HTMLDivElement>(null)
  const isSelected = useDoc((state) => state.selection.includes(id))
  const isCurrent = useDoc((state) => (state.selection.at(-1) ?? firstOf(state.document.nodes)) === id)
  const isRenaming = useView((view) => view.renaming?.kind === 'node' && view.renaming.id === id)
  const isCommenting = useView((view) => view.commenting === id)
  const isDragging = useView((view) => view.dragged !== null)
  const title = titleOf(node, module)
  const status = useStatusWords(id)
  const problems = useProblems(id).length
  const [inputs, outputs] = [module?.inputs ?? NO_PORTS, module?.outputs ?? NO_PORTS]

  // The focus goes with the selection while it is on the canvas, so that arrows lead from node to node.
  useEffect(() => {
    if (isSelected && isCurrent && document.activeElement?.closest('[data-node]') && document.activeElement !== box.current) {
      box.current?.focus({ preventScroll: true })
    }
  }, [isSelected, isCurrent])

  return (
    <>
      <div
        ref={box}
        className={styles.module}
        role="button"
        aria-pressed={isSelected}
        tabIndex={isCurrent ? 0 : -1}
        aria-label={[title, id, status, problems ? t`${problems} problems` : '', node.pinned ? t`pinned` : ''].filter(Boolean).join(', ')}
        data-node={id}
        data-selected={isSelected || undefined}
        data-unknown={!module || undefined}
        data-problem={problems > 0 || undefined}
        onDoubleClick={(event) => {
          event.stopPropagation()
          actions.comment(id)
        }}
      >
        <span className={styles.moduleHead}>
          <CategoryIcon category={module?.category} />
          <span className={styles.moduleTitle} title={title}>
            {title}
          </span>
          {node.pinned && <Pin className={styles.mark} aria-hidden />}
          {problems > 0 && <CircleAlert className={styles.problem} aria-hidden />}
        </span>
        <span className={styles.moduleFoot}>
          <span className={styles.moduleId} title={node.comment || id}>
            {node.comment || id}
          </span>
          <NodeStatus id={id} />
        </span>
      </div>
      {isRenaming && <NameField label={t`Name of the node`} value={id} onDone={(name) => actions.renamed('node', id, name)} />}
      {isCommenting && <NameField label={t`Comment`} value={node.comment} isLong onDone={(text) => actions.commented(id, text)} />}
      <div className={ports.ports} data-dragging={isDragging || undefined}>
        {inputs.map((port, index) => (
          <PortHandle key={port.name} node={id} port={port} side="inputs" index={index} count={inputs.length} />
        ))}
        {outputs.map((port, index) => (
          <PortHandle key={port.name} node={id} port={port} side="outputs" index={index} count={outputs.length} />
        ))}
      </div>
    </>
  )
})

/** A dataset goes by its name, anything else by its module's title. */
export function titleOf(node: ExperimentNode, module: Module | undefined): string {
  const value = node.parameters[DATASET_PARAMETER] ?? node.parameters.trained_model ?? node.parameters.transform
  if (module?.inputs.length === 0 && module.name.startsWith('saved-')) {
    const name = fileOf(value) ?? value
    if (typeof name === 'string' && name) return name
  }
  return module?.title ?? node.module
}

function firstOf(nodes: Readonly<Record<string, ExperimentNode>>): string | undefined {
  for (const id in nodes) return id
  return undefined
}
