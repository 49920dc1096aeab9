import { Plural, Trans, useLingui } from '@lingui/react/macro'

import { type Service, useDeleteService } from '../api/services'
import { Confirm, toast } from '../ui'

interface Props {
  service: Service
  endpoints: number
  onClose: () => void
  onDeleted: () => void
}

/** The question before a web service is deleted. */
export function DeleteService({ service, endpoints, onClose, onDeleted }: Props) {
  const { t } = useLingui()
  const remove = useDeleteService()
  const { name } = service
  const confirm = () =>
    remove.mutate(service.id, {
      onSuccess: () => {
        onClose()
        onDeleted()
        toast.ok(t`The web service ${name} is deleted.`)
      },
      onError: (error) => toast.error(error),
    })
  return (
    <Confirm title={t`Delete ${name}?`} action={t`Delete`} isDanger isOpen isPending={remove.isPending} onClose={onClose} onConfirm={confirm}>
      <p>
        <Plural value={endpoints} one="Its endpoint, its versions and its batch jobs go, too." other="Its # endpoints, its versions and its batch jobs go, too." />{' '}
        <Trans>Programs that call it are refused from that moment on. This cannot be undone; the experiment stays.</Trans>
      </p>
    </Confirm>
  )
}
