import { Trans, useLingui } from '@lingui/react/macro'
import { ChevronRight, Eye, Link2, Plus, Trash2 } from 'lucide-react'
import { useMemo } from 'react'
import { Button as AriaButton, Tree, TreeItem, TreeItemContent } from 'react-aria-components'

import { useEditorActions } from '../canvas/actions'
import { CategoryIcon } from '../canvas/CategoryIcon'
import { useDoc, useHandle } from '../canvas/context'
import { titleOf } from '../canvas/ModuleNode'
import { NodeStatus, useStatusWords } from '../canvas/NodeStatus'
import { PortShape } from '../canvas/PortShape'
import { useProblems } from '../canvas/problems'
import { typeWords } from '../canvas/words'
import { moduleOf } from '../document/graph'
import { Button, IconButton } from '../ui/Button'
import { EmptyState } from '../ui/EmptyState'
import { type NodeRow, outline, type PortRow } from './rows'
import styles from './Outline.module.css'

/** The same document as a list: in the order of its flow, ports as children, status and errors in words. */
export function Outline() {
  const { t } = useLingui()
  const { catalogue, store } = useHandle()
  const actions = useEditorActions()
  const document = useDoc((state) => state.document)
  const selection = useDoc((state) => state.selection)
  const rows = useMemo(() => outline(document, catalogue), [document, catalogue])
  const isReadOnly = useDoc((state) => state.isReadOnly)
  return (
    <div className={styles.outline} data-outline>
      {!isReadOnly && (
        <div className={styles.bar}>
          <Button size="small" icon={<Plus />} onPress={() => actions.openAdd()}>
            <Trans>Add</Trans>
          </Button>
        </div>
      )}
      <Tree
        aria-label={t`Outline of the experiment`}
        className={styles.tree ?? ''}
        selectionMode="multiple"
        selectionBehavior="replace"
        selectedKeys={new Set(selection)}
        onSelectionChange={(keys) => {
          const ids = keys === 'all' ? Object.keys(document.nodes) : [...keys].map(String).filter((key) => !key.includes(' '))
          store.getState().select(ids)
        }}
        onAction={(key) => {
          const [node, side, port] = String(key).split(' ')
          if (side === 'outputs' && node) actions.preview(node, port)
        }}
        renderEmptyState={() => (
          <EmptyState title={t`Nothing here yet`}>
            <Trans>Add data or a module: the outline lists them in the order in which they run.</Trans>
          </EmptyState>
        )}
      >
        {rows.map((row) => (
          <Row key={row.id} row={row} />
        ))}
      </Tree>
    </div>
  )
}

function Row({ row: { id, node, inputs, outputs } }: { row: NodeRow }) {
  const { t } = useLingui()
  const { catalogue, view } = useHandle()
  const actions = useEditorActions()
  const isReadOnly = useDoc((state) => state.isReadOnly)
  const module = moduleOf(node, catalogue)
  const title = titleOf(node, module)
  const status = useStatusWords(id)
  const problems = useProblems(id)
  const trouble = problems.map(({ message }) => message).join(' ')
  const remove = () => {
    actions.choose([id])
    actions.remove()
  }
  return (
    <TreeItem id={id} textValue={`${title}, ${id}, ${status}${trouble && `, ${trouble}`}`} className={styles.row ?? ''}>
      <TreeItemContent>
        <span className={styles.cells} data-node={id}>
          <Arrow />
          <CategoryIcon category={module?.category} />
          <span className={styles.title}>{title}</span>
          <code>{id}</code>
          {node.comment && <span className={styles.comment}>{node.comment}</span>}
          {trouble && <span className={styles.trouble}>{trouble}</span>}
          <span className={styles.gap} />
          <NodeStatus id={id} />
          {!isReadOnly && (
            <>
              <IconButton size="small" label={t`Connect ${title}`} icon={<Link2 />} onPress={() => view.setState({ connecting: { node: id, remove: false } })} />
              <IconButton size="small" label={t`Delete ${title}`} icon={<Trash2 />} onPress={remove} />
            </>
          )}
        </span>
      </TreeItemContent>
      {inputs.map((row) => (
        <PortItem key={`in ${row.port.name}`} node={id} row={row} side="inputs" />
      ))}
      {outputs.map((row) => (
        <PortItem key={`out ${row.port.name}`} node={id} row={row} side="outputs" />
      ))}
    </TreeItem>
  )
}

function PortItem({ node, row: { port, ends }, side }: { node: string; row: PortRow; side: 'inputs' | 'outputs' }) {
  const { t } = useLingui()
  const actions = useEditorActions()
  const isInput = side === 'inputs'
  const list = ends.map((end) => `${end.node}${end.port && ` (${end.port})`}`).join(', ')
  const wired = list ? (isInput ? t`from ${list}` : t`to ${list}`) : isInput && !port.optional ? t`not connected, and needed` : t`not connected`
  const type = t(typeWords[port.type])
  return (
    <TreeItem id={`${node} ${side} ${port.name}`} textValue={`${isInput ? t`Input` : t`Output`} ${port.title}, ${type}, ${wired}`} className={styles.row ?? ''}>
      <TreeItemContent>
        <span className={styles.cells} data-level="2">
          <PortShape type={port.type} isFilled={ends.length > 0 || !isInput} />
          <span>{isInput ? t`Input` : t`Output`}</span>
          <span className={styles.title}>{port.title}</span>
          <span className={styles.comment}>{wired}</span>
          <span className={styles.gap} />
          {!isInput && <IconButton size="small" label={t`Look into ${port.title} of ${node}`} icon={<Eye />} onPress={() => actions.preview(node, port.name)} />}
        </span>
      </TreeItemContent>
    </TreeItem>
  )
}

function Arrow() {
  const { t } = useLingui()
  return (
    <AriaButton slot="chevron" className={styles.arrow ?? ''} aria-label={t`Ports`}>
      <ChevronRight aria-hidden />
    </AriaButton>
  )
}
