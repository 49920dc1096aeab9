import { Trans, useLingui } from '@lingui/react/macro'

import { useEnvironmentUsers, useRemoveEnvironment } from '../api/environments'
import { Awaited } from '../datasets/Awaited'
import { Button, Confirm, Dialog, Note, toast } from '../ui'
import { Users } from './Users'

interface Props {
  name: string
  shipped: boolean
  onClose: () => void
  onRemoved?: () => void
}

/** The question before an environment goes; while somebody uses it there is none to ask. */
export function RemoveDialog({ name, shipped, onClose, onRemoved }: Props) {
  const { t } = useLingui()
  const asked = useEnvironmentUsers(name)
  const remove = useRemoveEnvironment()
  const users = asked.data ?? []
  if (!asked.data || users.length > 0) {
    const close = (
      <Button onPress={onClose} autoFocus>
        <Trans>Close</Trans>
      </Button>
    )
    return (
      <Dialog title={users.length > 0 ? t`${name} is in use` : t`Remove ${name}?`} isOpen onClose={onClose} actions={close}>
        <Awaited asked={asked}>
          {() => (
            <>
              <Note tone="warn">
                <Trans>These run in it. Choose another environment for them first; then it can be removed.</Trans>
              </Note>
              <Users users={users} />
            </>
          )}
        </Awaited>
      </Dialog>
    )
  }
  const confirm = () =>
    remove.mutate(name, {
      onSuccess: () => {
        onClose()
        toast.ok(t`${name} is removed.`)
        onRemoved?.()
      },
      onError: (error) => toast.error(error),
    })
  return (
    <Confirm title={t`Remove ${name}?`} action={t`Remove`} isDanger isOpen isPending={remove.isPending} onClose={onClose} onConfirm={confirm}>
      {shipped ? (
        <Trans>Its packages go from the disk. It comes with Bottega, so it can be built again at any time.</Trans>
      ) : (
        <Trans>Nobody in this workspace runs in it. Other workspaces of this server may: they cannot run those scripts until it is made again.</Trans>
      )}
    </Confirm>
  )
}
