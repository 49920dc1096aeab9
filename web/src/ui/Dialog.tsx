import { useLingui } from '@lingui/react/macro'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components'

import { Button, IconButton } from './Button'
import { classes } from './classes'
import styles from './Dialog.module.css'

export interface DialogProps {
  title: ReactNode
  isOpen: boolean
  onClose: () => void
  children: ReactNode
  /** The buttons at its foot, the one that is meant last. */
  actions?: ReactNode
  size?: 'small' | 'medium' | 'large' | 'full'
  role?: 'dialog' | 'alertdialog'
  /** Its content reaches to its borders. */
  isFlush?: boolean
  /** Neither Escape nor a press beside it closes it. */
  isFirm?: boolean
}

/** Something to be done before the page goes on. */
export function Dialog(props: DialogProps) {
  const { title, isOpen, onClose, children, actions, size = 'small', role = 'dialog', isFlush, isFirm = false } = props
  const { t } = useLingui()
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable={!isFirm && role === 'dialog'}
      isKeyboardDismissDisabled={isFirm}
      className={styles.scrim ?? ''}
    >
      <Modal className={classes(styles.modal, styles[size])}>
        <AriaDialog role={role} className={styles.dialog ?? ''}>
          <div className={styles.head}>
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            {!isFirm && <IconButton label={t`Close`} icon={<X />} onPress={onClose} />}
          </div>
          <div className={classes(styles.body, isFlush && styles.flush)}>{children}</div>
          {actions && <div className={styles.foot}>{actions}</div>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}

export interface ConfirmProps extends Omit<DialogProps, 'actions' | 'role' | 'size'> {
  /** What the button says that does it: a verb. */
  action: string
  onConfirm: () => void
  isDanger?: boolean
  isPending?: boolean
}

/** A question before something that cannot be undone. */
export function Confirm({ action, onConfirm, isDanger = false, isPending = false, ...rest }: ConfirmProps) {
  const { t } = useLingui()
  const actions = (
    <>
      <Button onPress={rest.onClose} autoFocus>
        {t`Cancel`}
      </Button>
      <Button variant={isDanger ? 'danger' : 'primary'} onPress={onConfirm} isPending={isPending}>
        {action}
      </Button>
    </>
  )
  return <Dialog {...rest} role="alertdialog" actions={actions} />
}
