import { Trans, useLingui } from '@lingui/react/macro'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'

import { useEditorActions } from '../canvas/actions'
import { useDoc, useHandle } from '../canvas/context'
import { isTable } from '../document/catalogue'
import { renameService, setServiceInput, setServiceOutput } from '../document/edits'
import { allPorts } from '../document/graph'
import { own } from '../document/types'
import { Button } from '../ui/Button'
import { Checkbox } from '../ui/Choice'
import { Select } from '../ui/Select'
import { TextField } from '../ui/TextField'
import styles from './Properties.module.css'

/** A web service's input or output: its name in a call, and the ports that it feeds or reads. */
export function ServiceProperties({ service }: { service: string }) {
  const { t } = useLingui()
  const { store, catalogue } = useHandle()
  const actions = useEditorActions()
  const slash = service.indexOf('/')
  const kind = service.slice(0, slash) === 'inputs' ? 'inputs' : 'outputs'
  const name = service.slice(slash + 1)
  const document = useDoc((state) => state.document)
  const isReadOnly = useDoc((state) => state.isReadOnly)
  const [written, setWritten] = useState(name)
  const places = allPorts(document, catalogue, kind)
    .filter(({ port }) => kind === 'outputs' || isTable(port.type))
    .map(({ node, port }) => ({ id: `${node}.${port.name}`, label: `${node}: ${port.title}` }))
  const apply = store.getState().apply
  const rename = () => {
    const next = written.trim()
    if (!next || next === name || own<unknown>(document.service[kind], next) !== undefined) { setWritten(name); return; }
    apply((edited) => renameService(edited, kind, name, next), t`rename ${name} to ${next}`, { select: { services: [`${kind}/${next}`] } })
  }
  const fed = own(document.service.inputs, name) ?? []
  const source = own(document.service.outputs, name) ?? ''
  const isTaken = written.trim() !== name && own<unknown>(document.service[kind], written.trim()) !== undefined
  return (
    <div className={styles.body}>
      <h2 className={styles.title}>{kind === 'inputs' ? <Trans>Web service input</Trans> : <Trans>Web service output</Trans>}</h2>
      <TextField
        label={t`Name in a call`}
        value={written}
        isReadOnly={isReadOnly}
        error={isTaken ? t`There is one of that name already.` : null}
        onChange={setWritten}
        onBlur={rename}
        onKeyDown={(event) => event.key === 'Enter' && rename()}
      />
      {kind === 'inputs' ? (
        <div className={styles.fields} role="group" aria-label={t`Ports that it feeds`}>
          <span className={styles.label}>
            <Trans>Ports that it feeds</Trans>
          </span>
          {places.map(({ id, label }) => (
            <Checkbox
              key={id}
              isSelected={fed.includes(id)}
              isReadOnly={isReadOnly}
              onChange={(isOn) => {
                const ports = isOn ? [...fed, id] : fed.filter((each) => each !== id)
                if (ports.length) apply((edited) => setServiceInput(edited, name, ports), t`change ${name}`)
              }}
            >
              {label}
            </Checkbox>
          ))}
        </div>
      ) : (
        <Select
          label={t`Port that it reads`}
          options={places}
          value={places.find(({ id }) => id === source)?.id ?? places.find(({ id }) => id.startsWith(`${source}.`))?.id ?? null}
          isDisabled={isReadOnly}
          onChange={(place) => apply((edited) => setServiceOutput(edited, name, place), t`change ${name}`)}
        />
      )}
      {!isReadOnly && (
        <div>
          <Button variant="danger" icon={<Trash2 />} onPress={actions.remove}>
            <Trans>Delete</Trans>
          </Button>
        </div>
      )}
    </div>
  )
}
