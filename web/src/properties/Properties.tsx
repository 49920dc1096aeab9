import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { Copy, Group, Network, Trash2 } from 'lucide-react'

import { useEditorActions } from '../canvas/actions'
import { useDoc } from '../canvas/context'
import { own } from '../document/types'
import { Button } from '../ui/Button'
import { ExperimentProperties } from './ExperimentProperties'
import { NodeProperties } from './NodeProperties'
import { NoteProperties } from './NoteProperties'
import styles from './Properties.module.css'
import { ServiceProperties } from './ServiceProperties'

/** What can be said of what is chosen: a node, several things, or the experiment itself. */
export function Properties() {
  const { t } = useLingui()
  const selection = useDoc((state) => state.selection)
  const notes = useDoc((state) => state.notes)
  const services = useDoc((state) => state.services)
  const id = selection.at(-1)
  const node = useDoc((state) => own(state.document.nodes, id))
  const count = selection.length + notes.length + services.length
  const [note, service] = [notes[0], services[0]]
  return (
    <section className={styles.pane} data-properties aria-label={t`Properties`}>
      {count > 1 ? (
        <Several count={count} />
      ) : id !== undefined && node ? (
        <NodeProperties key={id} id={id} node={node} />
      ) : note !== undefined ? (
        <NoteProperties key={note} name={note} />
      ) : service !== undefined ? (
        <ServiceProperties key={service} service={service} />
      ) : (
        <ExperimentProperties />
      )}
    </section>
  )
}

function Several({ count }: { count: number }) {
  const actions = useEditorActions()
  const isReadOnly = useDoc((state) => state.isReadOnly)
  return (
    <div className={styles.body}>
      <h2 className={styles.title}>
        <Plural value={count} one="# thing chosen" other="# things chosen" />
      </h2>
      {!isReadOnly && (
        <div className={styles.several}>
          <Button icon={<Copy />} onPress={actions.duplicate}>
            <Trans>Duplicate</Trans>
          </Button>
          <Button icon={<Group />} onPress={actions.group}>
            <Trans>Group</Trans>
          </Button>
          <Button icon={<Network />} onPress={actions.tidy}>
            <Trans>Tidy</Trans>
          </Button>
          <Button variant="danger" icon={<Trash2 />} onPress={actions.remove}>
            <Trans>Delete</Trans>
          </Button>
        </div>
      )}
    </div>
  )
}
