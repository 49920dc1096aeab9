import { Trans, useLingui } from '@lingui/react/macro'
import { Cable } from 'lucide-react'
import { useState } from 'react'

import { useDoc, useHandle } from '../canvas/context'
import { folded, type Module } from '../document/catalogue'
import { renameService, setServiceParameter } from '../document/edits'
import { freshId } from '../document/ids'
import { own, parseSource, type ServiceParameter } from '../document/types'
import { Button, IconButton } from '../ui/Button'
import { Checkbox } from '../ui/Choice'
import { ComboBox } from '../ui/ComboBox'
import { Popover, PopoverTrigger } from '../ui/Popover'
import { TextField } from '../ui/TextField'
import styles from './Properties.module.css'
import type { Parameter } from './schema'

interface ServiceButtonProps {
  id: string
  module: Module
  parameter: Parameter
}

/** Lets calls of a web service set this parameter. */
export function ServiceButton({ id, parameter }: ServiceButtonProps) {
  const { t } = useLingui()
  const parameters = useDoc((state) => state.document.service.parameters)
  const isThis = (place: string) => {
    const { node, port } = parseSource(place)
    return node === id && [parameter.name, parameter.schema.title].some((each) => folded(each) === folded(port ?? ''))
  }
  const found = Object.entries(parameters).find(([, each]) => each.sets.some(isThis))
  return (
    <PopoverTrigger>
      <IconButton
        size="small"
        className={found ? styles.isSet : undefined}
        label={found ? t`Web service parameter ${found[0]}` : t`Set as web service parameter`}
        icon={<Cable />}
      />
      <Popover label={t`Web service parameter`} placement="bottom end">
        {(close) => <Form place={`${id}.${parameter.name}`} isThis={isThis} wish={parameter.name} found={found} close={close} />}
      </Popover>
    </PopoverTrigger>
  )
}

interface FormProps {
  place: string
  isThis: (place: string) => boolean
  wish: string
  found: [string, ServiceParameter] | undefined
  close: () => void
}

function Form({ place, isThis, wish, found, close }: FormProps) {
  const { t } = useLingui()
  const { store } = useHandle()
  const parameters = useDoc((state) => state.document.service.parameters)
  const [name, setName] = useState(found?.[0] ?? freshId(wish, (each) => own(parameters, each) !== undefined))
  const had = own(parameters, name)
  const [isRequired, setRequired] = useState(found?.[1].required ?? false)
  const [description, setDescription] = useState(found?.[1].description ?? '')
  const isShared = had !== undefined && had !== found?.[1]
  const keep = () => {
    const { apply } = store.getState()
    apply((document) => {
      const renamed = found && !isShared ? renameService(document, 'parameters', found[0], name) : document
      const before = own(renamed.service.parameters, name)
      const sets = [...(before?.sets ?? []).filter((each) => !isThis(each)), place]
      return setServiceParameter(renamed, name, { ...before, sets, required: isRequired, description })
    }, t`set the web service parameter ${name}`)
    close()
  }
  const remove = () => {
    if (!found) return
    const [old, parameter] = found
    store.getState().apply(
      (document) => setServiceParameter(document, old, { ...parameter, sets: parameter.sets.filter((each) => !isThis(each)) }),
      t`remove the web service parameter ${old}`,
    )
    close()
  }
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (name.trim()) keep()
      }}
    >
      <ComboBox
        label={t`Name in a call`}
        size="small"
        isFree
        options={Object.keys(parameters).map((each) => ({ id: each, label: each }))}
        value={had ? name : null}
        text={name}
        onText={setName}
        onChange={(chosen) => chosen !== null && setName(chosen)}
        description={isShared ? t`One parameter of a call then sets both.` : undefined}
      />
      <Checkbox isSelected={isRequired} onChange={setRequired} description={t`Otherwise the value here holds for calls that leave it out.`}>
        <Trans>A call must give it</Trans>
      </Checkbox>
      <TextField label={t`Description`} size="small" value={description} onChange={setDescription} />
      <div className={styles.buttons}>
        {found && (
          <Button size="small" variant="quiet" onPress={remove}>
            <Trans>Remove</Trans>
          </Button>
        )}
        <Button size="small" variant="primary" type="submit" isDisabled={!name.trim()}>
          {found ? <Trans>Change</Trans> : <Trans>Set</Trans>}
        </Button>
      </div>
    </form>
  )
}
