import { Trans, useLingui } from '@lingui/react/macro'
import { Eye, Pencil, Pin, PinOff } from 'lucide-react'
import { useMemo } from 'react'

import { useEditorActions } from '../canvas/actions'
import { useDoc, useHandle } from '../canvas/context'
import { titleOf } from '../canvas/ModuleNode'
import { NodeStatus } from '../canvas/NodeStatus'
import { togglePin } from '../canvas/pinning'
import { PortShape } from '../canvas/PortShape'
import { useProblems } from '../canvas/problems'
import type { Module } from '../document/catalogue'
import { setComment } from '../document/edits'
import { moduleOf } from '../document/graph'
import type { ExperimentNode } from '../document/types'
import { useNodeState } from '../runs/state'
import { IconButton } from '../ui/Button'
import { Disclosure } from '../ui/Disclosure'
import { Note } from '../ui/EmptyState'
import { TextField } from '../ui/TextField'
import { Marked } from './Marked'
import { ParameterField } from './ParameterField'
import styles from './Properties.module.css'
import { counts, parametersOf } from './schema'

/** One node: its parameters, and what else is known of it. */
export function NodeProperties({ id, node }: { id: string; node: ExperimentNode }) {
  const { t } = useLingui()
  const { catalogue, store } = useHandle()
  const module = moduleOf(node, catalogue)
  const isReadOnly = useDoc((state) => state.isReadOnly)
  const problems = useProblems(id)
  const error = useNodeState(useHandle().experiment, id).error
  const parameters = useMemo(() => (module ? parametersOf(module) : []), [module])
  const spare = problems.filter((each) => !each.parameter)
  return (
    <div className={styles.body}>
      <Head id={id} node={node} module={module} />
      {!module && (
        <Note tone="danger">
          <Trans>There is no module {node.module} on this server.</Trans>
        </Note>
      )}
      {error && (
        <Note tone="danger">
          <Trans>The last run failed here: {error.message}</Trans>
        </Note>
      )}
      {spare.map((each) => (
        <Note key={each.message} tone={each.severity === 'error' ? 'danger' : 'warn'}>
          {each.message}
        </Note>
      ))}
      <div className={styles.fields} data-fields>
        {module &&
          parameters
            .filter((parameter) => counts(node, parameter, module, parameters))
            .map((parameter) => <ParameterField key={parameter.name} id={id} node={node} module={module} parameter={parameter} />)}
        <TextField
          label={t`Comment`}
          size="small"
          rows={2}
          value={node.comment}
          isReadOnly={isReadOnly}
          onChange={(comment) => store.getState().apply((document) => setComment(document, id, comment), t`comment ${id}`, { merge: `comment ${id}` })}
        />
      </div>
      {module && <Outputs id={id} module={module} />}
      {module?.description && (
        <Disclosure title={t`About ${module.title}`}>
          <div className={styles.help}>
            <p><Marked text={module.summary} /></p>
            {paragraphs(module.description).map((each) => (
              <p key={each}><Marked text={each} /></p>
            ))}
          </div>
        </Disclosure>
      )}
    </div>
  )
}

function Head({ id, node, module }: { id: string; node: ExperimentNode; module: Module | undefined }) {
  const { t } = useLingui()
  const handle = useHandle()
  const actions = useEditorActions()
  const isReadOnly = useDoc((state) => state.isReadOnly)
  return (
    <header className={styles.head}>
      <div className={styles.names}>
        <h2 className={styles.title}>{titleOf(node, module)}</h2>
        <div className={styles.sub}>
          <code>{id}</code>
          <NodeStatus id={id} />
        </div>
      </div>
      {!isReadOnly && (
        <>
          <IconButton
            size="small"
            label={node.pinned ? t`Unpin: compute it again` : t`Pin the output: keep it as it is`}
            keys="P"
            icon={node.pinned ? <PinOff /> : <Pin />}
            onPress={() => togglePin(handle, id)}
          />
          <IconButton size="small" label={t`Rename`} keys="F2" icon={<Pencil />} onPress={() => actions.rename('node', id)} />
        </>
      )}
    </header>
  )
}

function Outputs({ id, module }: { id: string; module: Module }) {
  const { t } = useLingui()
  const actions = useEditorActions()
  if (!module.outputs.length) return null
  return (
    <section className={styles.outputs} aria-label={t`Outputs`}>
      <h3>
        <Trans>Outputs</Trans>
      </h3>
      {module.outputs.map((port) => (
        <div key={port.name} className={styles.output}>
          <PortShape type={port.type} />
          <span>{port.title}</span>
          <IconButton size="small" label={t`Look into ${port.title}`} icon={<Eye />} onPress={() => actions.preview(id, port.name)} />
        </div>
      ))}
    </section>
  )
}

const paragraphs = (text: string) => text.split(/\n\s*\n/).map((each) => each.replace(/\s*\n\s*/g, ' ').trim()).filter(Boolean)
