package org.natsoperator.certificates;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.springframework.stereotype.Component;

/** Makes keys (EC, P-256) and certificates. */
@Component
class CertificateMaker {

  /** RFC 5280 allows 20 octets, of which the first bit must be 0. */
  private static final int SERIAL_BITS = 127;

  private final SecureRandom random = new SecureRandom();

  /** A CA that signs itself. Its name tells it from the one before. */
  Authority authority(Duration lifetime, Instant now) {
    try {
      KeyPair pair = keys();
      X500Principal name =
          new X500Principal("CN=nats-operator webhooks " + now.truncatedTo(ChronoUnit.SECONDS));
      X509v3CertificateBuilder builder =
          builder(name, name, pair.getPublic(), now, now.plus(lifetime));
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
      return new Authority(sign(builder, pair), pair.getPrivate());
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("this Java cannot make a certificate", e);
    }
  }

  /** For these host names; it ends with its CA at the latest. */
  Leaf leaf(Authority authority, List<String> hosts, Duration lifetime, Instant now) {
    try {
      KeyPair pair = keys();
      Instant last = authority.certificate().getNotAfter().toInstant();
      Instant end = now.plus(lifetime).isAfter(last) ? last : now.plus(lifetime);
      X509v3CertificateBuilder builder =
          builder(
              authority.certificate().getSubjectX500Principal(),
              new X500Principal("CN=nats-operator webhooks"),
              pair.getPublic(),
              now,
              end);
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(
          Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
      builder.addExtension(Extension.subjectAlternativeName, false, names(hosts));
      builder.addExtension(
          Extension.authorityKeyIdentifier,
          false,
          new JcaX509ExtensionUtils()
              .createAuthorityKeyIdentifier(authority.certificate().getPublicKey()));
      KeyPair signer = new KeyPair(authority.certificate().getPublicKey(), authority.key());
      return new Leaf(List.of(sign(builder, signer)), pair.getPrivate());
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new IllegalStateException("this Java cannot make a certificate", e);
    }
  }

  private X509v3CertificateBuilder builder(
      X500Principal issuer, X500Principal name, PublicKey key, Instant now, Instant end)
      throws GeneralSecurityException, IOException {
    return new JcaX509v3CertificateBuilder(
            issuer,
            new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE),
            Date.from(now.minus(Lifetimes.BACKDATED)),
            Date.from(end),
            name,
            key)
        .addExtension(
            Extension.subjectKeyIdentifier,
            false,
            new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key));
  }

  private static java.security.cert.X509Certificate sign(
      X509v3CertificateBuilder builder, KeyPair signer)
      throws GeneralSecurityException, OperatorCreationException {
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(
                new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate())));
  }

  private static GeneralNames names(List<String> hosts) {
    return new GeneralNames(
        hosts.stream()
            .map(host -> new GeneralName(GeneralName.dNSName, host))
            .toArray(GeneralName[]::new));
  }

  private static KeyPair keys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256);
    return generator.generateKeyPair();
  }
}
