import { useState, type ReactNode } from "react";

/** One page of the invented shop, as a customer of it would see it. */
export function Shop({ children }: { children: ReactNode }) {
  const [basket, setBasket] = useState(1);
  return (
    <section className="shop" aria-label="Sample shop">
      <div className="hd">
        <strong>Kessel &amp; Birch</strong>
        <span>Light</span>
        <span>Table</span>
        <span>Wood</span>
        <span>Linen</span>
        <span className="push" role="status">
          Basket ({basket})
        </span>
      </div>
      <figure className="pic">
        <Lamp />
      </figure>
      <div className="info">
        <h2>Ostra pendant, smoked glass</h2>
        <p>Mouth-blown, 32 cm, brass fitting, 2 m of textile cable. Each one differs a little.</p>
        <p className="price">€149.99</p>
        <button className="buy" type="button" onClick={() => setBasket(basket + 1)}>
          Put in basket
        </button>
        <ul>
          <li>With you in 2 to 3 days, €4.90</li>
          <li>30 days to send it back</li>
          <li>2 years on glass and fitting</li>
        </ul>
      </div>
      {children}
    </section>
  );
}

function Lamp() {
  return (
    <svg viewBox="0 0 796 372" preserveAspectRatio="xMinYMid slice" role="img" aria-label="Ostra, a pendant lamp of smoked glass over an oak table">
      <defs>
        <linearGradient id="glass" x1="0" y1="0" x2="1" y2="0">
          <stop offset="0" stopColor="#6B5E52" stopOpacity=".82" />
          <stop offset=".45" stopColor="#A8978A" stopOpacity=".62" />
          <stop offset="1" stopColor="#54483E" stopOpacity=".86" />
        </linearGradient>
        <radialGradient id="light">
          <stop offset="0" stopColor="#FFE9B8" stopOpacity=".95" />
          <stop offset="1" stopColor="#FFE9B8" stopOpacity="0" />
        </radialGradient>
      </defs>
      <ellipse cx="206" cy="236" rx="210" ry="130" fill="url(#light)" opacity=".75" />
      <path d="M206 0V96" stroke="#3A322A" strokeWidth="2.5" />
      <path d="M196 92h20l4 26h-28z" fill="#B98B3E" />
      <path d="M192 118C150 126 108 172 102 226c70 14 138 14 208 0-6-54-48-100-90-108z" fill="url(#glass)" />
      <path d="M102 226c70 14 138 14 208 0-2 10-40 18-104 18s-102-8-104-18z" fill="#463B32" opacity=".55" />
      <path d="M140 160c-12 14-20 32-22 48" fill="none" stroke="#fff" strokeWidth="4" strokeLinecap="round" opacity=".35" />
      <circle cx="206" cy="216" r="17" fill="#FFF3D2" />
      <path d="M0 330h796v42H0z" fill="#B58A5A" />
      <path d="M0 330h796" stroke="#8E6638" strokeWidth="3" />
      <path d="M60 346c80-6 150 8 260 0M20 360c120-8 240 6 380 0" fill="none" stroke="#9C7344" strokeWidth="1.5" />
      <path d="M300 330c-22 0-34-14-36-32h72c-2 18-14 32-36 32z" fill="#5F7F86" />
      <path d="M264 298h72" stroke="#47646B" strokeWidth="3" strokeLinecap="round" />
      <path d="M86 330v-26h34v26zM120 308c12 0 12 16 0 16" fill="#EFE7DA" stroke="#B9AB95" strokeWidth="1.5" />
    </svg>
  );
}
