import { useRef } from 'react';
import { useWords } from '../i18n/i18n.ts';
import { useMe, useSignOut } from './session.ts';

export function UserMenu() {
  const { t } = useWords();
  const me = useMe();
  const signOut = useSignOut();
  const menu = useRef<HTMLDetailsElement>(null);
  return (
    <details
      ref={menu}
      className="user-menu"
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) event.currentTarget.open = false;
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && menu.current !== null) menu.current.open = false;
      }}
    >
      <summary aria-label={`${t('user.menu')}: ${me.name ?? me.username}`}>
        <span className="clip">{me.name ?? me.username}</span> <span aria-hidden="true">▾</span>
      </summary>
      <div className="user-card">
        <p>
          <b>{me.name ?? me.username}</b>
          <br />
          <span className="faint">
            {me.username} · {t(`roles.${me.role}`)}
          </span>
        </p>
        <button type="button" className="button" onClick={() => void signOut()}>
          {t('user.signOut')}
        </button>
      </div>
    </details>
  );
}
