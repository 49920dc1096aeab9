import { Plural, Trans, useLingui } from '@lingui/react/macro'

import { useDoc, useHandle } from '../canvas/context'
import { DEFAULT } from '../environments/naming'
import { TextField } from '../ui/TextField'
import { EnvironmentChoice } from './EnvironmentChoice'
import styles from './Properties.module.css'

/** What is said of the experiment itself, while nothing of it is chosen. */
export function ExperimentProperties() {
  const { t } = useLingui()
  const { store } = useHandle()
  const { title, description, environment, nodes, service } = useDoc((state) => state.document)
  const isReadOnly = useDoc((state) => state.isReadOnly)
  const { apply } = store.getState()
  const names = Object.entries(service.parameters)
  return (
    <div className={styles.body}>
      <h2 className={styles.title}>
        <Trans>Experiment</Trans>
      </h2>
      <TextField
        label={t`Title`}
        size="small"
        value={title}
        isReadOnly={isReadOnly}
        onChange={(next) => apply((document) => ({ ...document, title: next }), t`change the title`, { merge: 'title' })}
      />
      <TextField
        label={t`Description`}
        size="small"
        rows={5}
        value={description}
        isReadOnly={isReadOnly}
        onChange={(next) => apply((document) => ({ ...document, description: next }), t`change the description`, { merge: 'description' })}
      />
      <EnvironmentChoice
        label={t`Environment`}
        description={t`What its scripts run in, unless one says otherwise itself.`}
        value={environment === DEFAULT ? '' : environment}
        usual={DEFAULT}
        means={DEFAULT}
        isReadOnly={isReadOnly}
        onChange={(name) => apply((document) => ({ ...document, environment: name === DEFAULT ? '' : name }), t`choose the environment`)}
      />
      <p className={styles.hint}>
        <Plural value={Object.keys(nodes).length} one="# node" other="# nodes" />
      </p>
      {names.length > 0 && (
        <section className={styles.outputs}>
          <h3>
            <Trans>Web service parameters</Trans>
          </h3>
          {names.map(([name, { sets, required }]) => (
            <div key={name} className={styles.output}>
              <strong>{name}</strong>
              <code>{sets.join(', ')}</code>
              {required && (
                <span className={styles.hint}>
                  <Trans>required</Trans>
                </span>
              )}
            </div>
          ))}
        </section>
      )}
      <p className={styles.hint}>
        <Trans>Choose a node to see its parameters. What is set here is saved by itself.</Trans>
      </p>
    </div>
  )
}
