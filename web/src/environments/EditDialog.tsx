import { Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'

import { useUpdateEnvironment } from '../api/environments'
import { Button, Dialog, ErrorNote } from '../ui'
import { PackagesBox } from './PackagesBox'

/** Other packages for an environment; until they are built it stays as it is. */
export function EditDialog({ name, requirements, onClose }: { name: string; requirements: string; onClose: () => void }) {
  const { t } = useLingui()
  const update = useUpdateEnvironment()
  const [text, setText] = useState(requirements)
  const actions = (
    <>
      <Button onPress={onClose}>
        <Trans>Cancel</Trans>
      </Button>
      <Button
        variant="primary"
        isDisabled={text.trim() === ''}
        isPending={update.isPending}
        onPress={() => update.mutate({ name, requirements: text }, { onSuccess: onClose })}
      >
        <Trans>Build anew</Trans>
      </Button>
    </>
  )
  return (
    <Dialog title={t`Packages of ${name}`} size="medium" isOpen onClose={onClose} actions={actions}>
      <PackagesBox value={text} onChange={setText} />
      <p>
        <Trans>Experiments that run in it run anew with the new packages. What is published as a web service keeps those that it was published with.</Trans>
      </p>
      {update.error && <ErrorNote error={update.error} />}
    </Dialog>
  )
}
