// Draws message bodies (window.shown) with @skyra/discord-components-core; markdown is read by discord-markdown-parser.
// The containers and sections of Components V2, which the components lack, are drawn in Discord's colours and sizes.
import '@skyra/discord-components-core';
import { parse } from 'discord-markdown-parser';

const STYLES = { 1: 'primary', 2: 'secondary', 3: 'success', 4: 'destructive', 5: 'link' };

const AVATAR = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" fill="#3b6fd4"/><g fill="none" stroke="#fff" stroke-width="2.4" stroke-linecap="round"><rect x="10" y="9" width="20" height="22" rx="2.5"/><path d="M14.5 15h11M14.5 20h11M14.5 25h6"/></g></svg>',
)}`;

const make = (tag, attributes = {}, ...children) => {
  const one = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value);
  one.append(...children.filter((child) => child !== null));
  return one;
};

const TAGS = { strong: 'strong', em: 'em', underline: 'u', strikethrough: 's', inlineCode: 'code', subtext: 'small', br: 'br' };
const inside = (content) => (Array.isArray(content) ? content.map(node) : [String(content ?? '')]);

function node(one) {
  if (one.type === 'text') return document.createTextNode(one.content);
  if (one.type === 'heading') return make('h3', {}, ...inside(one.content));
  if (one.type === 'codeBlock') return make('pre', {}, one.content);
  if (one.type === 'timestamp') return make('span', { class: 'time' }, when(one));
  if (one.type === 'channel') return make('span', { class: 'mention' }, '#papers');
  if (['url', 'link', 'autolink'].includes(one.type)) return make('a', { href: one.target }, ...inside(one.content));
  return make(TAGS[one.type] ?? 'mark', { 'data-type': one.type }, ...inside(one.content));
}

function when(one) {
  const moment = new Date(Number(one.timestamp) * 1000);
  return moment.toLocaleString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' });
}

// The parser reads no links with a label and no small lines; both are read here as Discord's own client reads them.
const LINK = /\[((?:\\.|\[[^\]]*\]|[^[\]\\])*)\]\((https?:\/\/[^\s)]+)\)/g;

function line(source) {
  const small = source.startsWith('-# ');
  const heading = source.startsWith('### ');
  const rest = small ? source.slice(3) : heading ? source.slice(4) : source;
  const bold = rest.startsWith('**') && rest.endsWith('**') && rest.length > 4;
  const shown = marked(bold ? rest.slice(2, -2) : rest);
  const inner = bold ? [make('strong', {}, ...shown)] : shown;
  return make(heading ? 'h3' : 'div', { class: small ? 'small' : 'line' }, ...inner);
}

function marked(source) {
  const shown = [];
  let end = 0;
  for (const found of source.matchAll(LINK)) {
    shown.push(...parse(source.slice(end, found.index), 'normal').map(node));
    shown.push(make('a', { href: found[2] }, ...parse(found[1], 'normal').map(node)));
    end = found.index + found[0].length;
  }
  return [...shown, ...parse(source.slice(end), 'normal').map(node)];
}

function markdown(source) {
  if (source.startsWith('```')) return make('pre', {}, source.slice(4, -4));
  return make('div', { class: 'markdown' }, ...source.split('\n').map((one) => (one ? line(one) : make('div', { class: 'gap' }))));
}

function button(one) {
  const drawn = make('discord-button', { type: STYLES[one.style], ...(one.url ? { url: one.url } : {}) }, one.label);
  return make('discord-action-row', {}, drawn);
}

function component(one) {
  const all = () => (one.components ?? []).map(component);
  switch (one.type) {
    case 1: return make('div', { class: 'row' }, ...all());
    case 2: return button(one);
    case 3: return make('div', { class: 'menu' }, one.placeholder ?? '');
    case 9: return make('div', { class: 'section' }, make('div', { class: 'texts' }, ...all()), component(one.accessory));
    case 10: return markdown(one.content);
    case 13: return make('div', { class: 'file' }, one.file.url.replace('attachment://', ''));
    case 14: return make('hr');
    default: return make('div', { class: 'container', style: stripe(one.accent_color) }, ...all());
  }
}

const colour = (accent) => `#${accent.toString(16).padStart(6, '0')}`;
const stripe = (accent) => (accent === undefined ? '' : `--stripe: ${colour(accent)}`);

function embed(one) {
  const box = make('discord-embed', { slot: 'embeds', color: colour(one.color), 'embed-title': '' });
  if (one.url) box.setAttribute('url', one.url);
  box.setAttribute('embed-title', one.title.replace(/\\(.)/g, '$1'));
  box.append(make('discord-embed-description', { slot: 'description' }, markdown(one.description)));
  if (one.footer) box.append(make('discord-embed-footer', { slot: 'footer' }, one.footer.text));
  return box;
}

function message(body) {
  const shown = make('discord-message', { author: 'Paperround', avatar: AVATAR, bot: '', verified: '', timestamp: '09:00' });
  const rows = (body.components ?? []).map(component);
  if (body.content) shown.append(markdown(body.content));
  if (body.embeds) {
    shown.append(...body.embeds.map(embed));
    shown.append(make('div', { slot: 'components' }, ...rows));
  } else shown.append(...rows);
  return shown;
}

const { theme, messages } = window.shown;
const room = make('discord-messages', theme === 'light' ? { 'light-theme': '' } : {}, ...messages.map(message));
document.body.append(room);
setTimeout(() => document.body.setAttribute('data-height', Math.ceil(room.getBoundingClientRect().bottom)), 500);
