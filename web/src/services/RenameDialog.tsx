import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'

import { type Service, useChangeService } from '../api/services'
import { Button, Dialog, ErrorNote, TextField } from '../ui'

/** Name and description of a web service. */
export function RenameDialog({ service, onClose }: { service: Service; onClose: () => void }) {
  const { t } = useLingui()
  const change = useChangeService(service.id)
  const [name, setName] = useState(service.name)
  const [description, setDescription] = useState(service.description)
  const save = () => change.mutate({ name: name.trim(), description }, { onSuccess: onClose })
  const actions = (
    <>
      <Button onPress={onClose}>
        <Trans>Cancel</Trans>
      </Button>
      <Button variant="primary" isDisabled={name.trim() === ''} isPending={change.isPending} onPress={save}>
        <Trans>Save</Trans>
      </Button>
    </>
  )
  return (
    <Dialog title={t`Name and description`} isOpen onClose={onClose} actions={actions}>
      <TextField label={t`Name`} value={name} onChange={setName} maxLength={200} autoFocus error={name.trim() === '' ? t`A web service needs a name.` : null} />
      <TextField label={t`Description`} value={description} onChange={setDescription} maxLength={10_000} rows={3} />
      {change.error && <ErrorNote error={change.error} />}
    </Dialog>
  )
}
